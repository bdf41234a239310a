/** How far a rollout may go now: a pure decision over a Deployment and its ReplicaSets. */
import { type KubeObject, numberAt, textAt, valueAt } from '../object.ts';
import { shareOf } from './pods.ts';

export interface Rollout {
  readonly deployment: KubeObject;
  /** The set of the present template; undefined while the Deployment is paused before its first. */
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

export interface Resize {
  readonly set: KubeObject;
  readonly replicas: number;
}

/** The sets to resize, and to what. Empty when the rollout is done or has to wait. */
export function planRollout(rollout: Rollout): Resize[] {
  const { deployment, current } = rollout;
  if (current === undefined) return [];
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1;
  if (valueAt(deployment, 'spec', 'paused') === true) return planPaused(rollout, current, wanted);
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    return planRecreate(rollout, current, wanted);
  }
  return [...growth(rollout, current, wanted), ...shrinkage(rollout, current, wanted)];
}

/** A paused Deployment still scales, but does not roll over. */
function planPaused({ old }: Rollout, current: KubeObject, wanted: number): Resize[] {
  const running = [current, ...old].filter((set) => specOf(set) > 0);
  const [only] = running.length === 0 ? [current] : running;
  return running.length > 1 || only === undefined || specOf(only) === wanted
    ? []
    : [{ set: only, replicas: wanted }];
}

function planRecreate({ old }: Rollout, current: KubeObject, wanted: number): Resize[] {
  const running = old.filter((set) => specOf(set) > 0);
  if (running.length > 0) return running.map((set) => ({ set, replicas: 0 }));
  const isWaiting = old.some((set) => podsOf(set) > 0);
  return isWaiting || specOf(current) === wanted ? [] : [{ set: current, replicas: wanted }];
}

function growth(rollout: Rollout, current: KubeObject, wanted: number): Resize[] {
  const { surge } = limitsOf(rollout.deployment, wanted);
  const total = sum([current, ...rollout.old].map(specOf));
  const present = specOf(current);
  if (present > wanted) return [{ set: current, replicas: wanted }];
  const room = Math.max(0, wanted + surge - total);
  const replicas = present + Math.min(room, wanted - present);
  return replicas === present ? [] : [{ set: current, replicas }];
}

/** Pods that are not ready go first, as long as enough others are available. */
function shrinkage(rollout: Rollout, current: KubeObject, wanted: number): Resize[] {
  const old = rollout.old.filter((set) => specOf(set) > 0);
  const least = wanted - limitsOf(rollout.deployment, wanted).unavailable;
  const total = sum([current, ...old].map(specOf));
  const unready = specOf(current) - availableOf(current);
  let broken = Math.max(0, total - least - unready);
  let spare = sum([current, ...old].map(availableOf)) - least;
  return old.flatMap((set) => {
    const sick = Math.min(broken, specOf(set) - availableOf(set));
    const healthy = Math.max(0, Math.min(spare, specOf(set) - sick, broken - sick));
    broken -= sick + healthy;
    spare -= healthy;
    const gone = Math.max(0, sick) + healthy;
    return gone === 0 ? [] : [{ set, replicas: specOf(set) - gone }];
  });
}

function limitsOf(deployment: KubeObject, wanted: number): { surge: number; unavailable: number } {
  const rolling = valueAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = shareOf(valueAt(rolling, 'maxSurge'), wanted, Math.ceil);
  const unavailable = shareOf(valueAt(rolling, 'maxUnavailable'), wanted, Math.floor);
  // Both 0 could never roll over.
  return {
    surge,
    unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, wanted),
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
