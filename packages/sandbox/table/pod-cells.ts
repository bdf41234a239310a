/** Cells of a pod in the table of pods. */
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, fieldsAt, type KubeObject, textAt, type Value } from '../object.ts';

export function podReady(pod: KubeObject): Value {
  const states = itemsOf(pod.status, 'containerStatuses');
  const ready = states.filter((state) => state.ready === true).length;
  return `${ready}/${itemsOf(pod.spec, 'containers').length}`;
}

/** Returns the phase, or a more precise reason: `CrashLoopBackOff`, `Completed`, `Terminating`. */
export function podStatus(pod: KubeObject): Value {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const reasons = itemsOf(pod.status, 'containerStatuses').map(reasonOf);
  const reported = reasons.find((reason) => reason !== undefined);
  return reported ?? textAt(pod, 'status', 'reason') ?? textAt(pod, 'status', 'phase') ?? 'Pending';
}

function reasonOf(status: Fields): string | undefined {
  const state = fieldsAt(status, 'state');
  return textAt(state, 'waiting', 'reason') ?? textAt(state, 'terminated', 'reason');
}

export function podRestarts(pod: KubeObject): Value {
  const counts = itemsOf(pod.status, 'containerStatuses').map(({ restartCount }) =>
    Number(restartCount ?? 0),
  );
  return String(counts.reduce((sum, one) => sum + one, 0));
}
