/** Plans the next step of a rollout: a pure function of a Deployment and its ReplicaSets. */
import { type KubeObject, numberAt, textAt, valueAt } from '../object.ts';
import { shareOf } from './pods.ts';

/** A Deployment and its ReplicaSets. */
export interface Rollout {
  readonly deployment: KubeObject;
  /** ReplicaSet of the current template; undefined while a paused Deployment has none. */
  readonly current: KubeObject | undefined;
  /** ReplicaSets of earlier templates. */
  readonly old: readonly KubeObject[];
}

/** A ReplicaSet, and the number of replicas that it must get. */
export interface Resize {
  readonly set: KubeObject;
  readonly replicas: number;
}

/** Returns the ReplicaSets to resize. The list is empty when the rollout is complete or must wait. */
export function planRollout(rollout: Rollout): Resize[] {
  const { deployment, current } = rollout;
  if (current === undefined) return [];
  const desired = numberAt(deployment, 'spec', 'replicas') ?? 1;
  if (valueAt(deployment, 'spec', 'paused') === true) return planPaused(rollout, current, desired);
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    return planRecreate(rollout, current, desired);
  }
  return [...growth(rollout, current, desired), ...shrinkage(rollout, current, desired)];
}

/** Scales a paused Deployment without a rolling update. */
function planPaused({ old }: Rollout, current: KubeObject, desired: number): Resize[] {
  const running = [current, ...old].filter((set) => specOf(set) > 0);
  const [only] = running.length === 0 ? [current] : running;
  return running.length > 1 || only === undefined || specOf(only) === desired
    ? []
    : [{ set: only, replicas: desired }];
}

function planRecreate({ old }: Rollout, current: KubeObject, desired: number): Resize[] {
  const running = old.filter((set) => specOf(set) > 0);
  if (running.length > 0) return running.map((set) => ({ set, replicas: 0 }));
  const isWaiting = old.some((set) => podsOf(set) > 0);
  return isWaiting || specOf(current) === desired ? [] : [{ set: current, replicas: desired }];
}

function growth(rollout: Rollout, current: KubeObject, desired: number): Resize[] {
  const { surge } = limitsOf(rollout.deployment, desired);
  const total = sum([current, ...rollout.old].map(specOf));
  const present = specOf(current);
  if (present > desired) return [{ set: current, replicas: desired }];
  const headroom = Math.max(0, desired + surge - total);
  const replicas = present + Math.min(headroom, desired - present);
  return replicas === present ? [] : [{ set: current, replicas }];
}

/** Scales old ReplicaSets down, unready pods first, while enough pods stay available. */
function shrinkage(rollout: Rollout, current: KubeObject, desired: number): Resize[] {
  const old = rollout.old.filter((set) => specOf(set) > 0);
  const least = desired - limitsOf(rollout.deployment, desired).unavailable;
  const total = sum([current, ...old].map(specOf));
  const unready = specOf(current) - availableOf(current);
  let removable = Math.max(0, total - least - unready);
  let spare = sum([current, ...old].map(availableOf)) - least;
  return old.flatMap((set) => {
    const unreadyPods = Math.min(removable, specOf(set) - availableOf(set));
    const healthy = Math.max(
      0,
      Math.min(spare, specOf(set) - unreadyPods, removable - unreadyPods),
    );
    removable -= unreadyPods + healthy;
    spare -= healthy;
    const removed = Math.max(0, unreadyPods) + healthy;
    return removed === 0 ? [] : [{ set, replicas: specOf(set) - removed }];
  });
}

function limitsOf(deployment: KubeObject, desired: number): { surge: number; unavailable: number } {
  const rolling = valueAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = shareOf(valueAt(rolling, 'maxSurge'), desired, Math.ceil);
  const unavailable = shareOf(valueAt(rolling, 'maxUnavailable'), desired, Math.floor);
  // With both at 0 the rollout could never proceed.
  return {
    surge,
    unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, desired),
  };
}

function specOf(set: KubeObject): number {
  return numberAt(set, 'spec', 'replicas') ?? 0;
}

function podsOf(set: KubeObject): number {
  return numberAt(set, 'status', 'replicas') ?? 0;
}

function availableOf(set: KubeObject): number {
  return Math.min(specOf(set), numberAt(set, 'status', 'availableReplicas') ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
