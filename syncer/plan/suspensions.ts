/** Applies the settings that keep the syncer from acting: suspensions, drift modes and change windows. */
import { isAmong } from '#model/name-pattern.ts';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { driftAnnotation, suspendedAnnotation } from '#model/rendered.ts';
import { type DriftMode, driftModes, type SyncSettings } from '#model/sync-settings.ts';
import { type Action, isCorrection } from './plan.ts';
import { isWithin } from './scope.ts';
import { type Closed, closedAt } from './windows.ts';

/** The cluster, settings and time of a turn. */
export interface TurnParameters {
  readonly cluster: string;
  readonly settings: SyncSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The object whose drift the turn corrects, whatever its drift mode. */
  readonly correctOnce?: ObjectKey | undefined;
}

/**
 * Returns the plan with `suspend`, `report-drift` and `postpone` instead of actions that the settings do not
 * allow now. The most restrictive setting wins: the syncer does not inspect a suspended object, and a frozen
 * object stays frozen in a change window.
 */
export function applySuspensions(
  actions: readonly Action[],
  parameters: TurnParameters,
): readonly Action[] {
  const { cluster, settings, now, correctOnce } = parameters;
  const closed = closedAt(settings.windows, cluster, now);
  return actions.map((action) => {
    if (!writing.has(action.type)) return action;
    const { key } = action;
    if (isSuspended(desiredOf(action), key, parameters)) {
      return {
        type: 'suspend',
        key,
        isCorrection: action.type === 'apply' && isCorrection(action),
      };
    }
    if (key === correctOnce && action.type === 'apply' && isCorrection(action)) return action;
    return restrict(action, modeOf(action, parameters), closed);
  });
}

/** Reports whether settings or an annotation suspend an object. `desired` is undefined for an object that left Git. */
export function isSuspended(
  desired: KubeObject | undefined,
  key: ObjectKey,
  { cluster, settings }: Omit<TurnParameters, 'now'>,
): boolean {
  const isAnnotated = desired?.metadata.annotations?.[suspendedAnnotation] === 'true';
  return isAnnotated || settings.suspended.some((scope) => isWithin(scope, cluster, key));
}

/** Reports whether the settings suspend all objects of a cluster. */
export function isClusterSuspended({ cluster, settings }: Omit<TurnParameters, 'now'>): boolean {
  return settings.suspended.some(
    ({ clusters, namespaces, kinds, names }) =>
      isAmong(clusters, cluster) && (namespaces ?? kinds ?? names) === undefined,
  );
}

function desiredOf(action: Action): KubeObject | undefined {
  return action.type === 'apply' ? action.desired.object : undefined;
}

const writing: ReadonlySet<Action['type']> = new Set<Action['type']>([
  'apply',
  'prune',
  'release',
  'abandon',
]);

function restrict(action: Action, mode: DriftMode, closed: Closed | undefined): Action {
  const { key } = action;
  if (action.type === 'apply' && isCorrection(action)) {
    const isReportOnly = mode !== 'correct' || closed?.drift === 'report';
    if (!isReportOnly) return action;
    return { type: 'report-drift', key, desired: action.desired, untilWindow: mode === 'correct' };
  }
  if (mode === 'freeze') return { type: 'postpone', key, reason: 'is frozen', untilWindow: false };
  return closed === undefined
    ? action
    : { type: 'postpone', key, reason: closed.reason, untilWindow: true };
}

function modeOf(action: Action, { cluster, settings }: TurnParameters): DriftMode {
  const own = annotated(desiredOf(action));
  const rule = settings.drift.find((scope) => isWithin(scope, cluster, action.key));
  return own ?? rule?.mode ?? 'correct';
}

function annotated(object: KubeObject | undefined): DriftMode | undefined {
  const text = object?.metadata.annotations?.[driftAnnotation];
  return driftModes.find((mode) => mode === text);
}
