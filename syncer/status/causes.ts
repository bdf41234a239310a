/** Finds out why a workload is not ready, from its pods and Events. It costs requests, so it runs on demand only. */
import type { JsonObject, KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { conditionOf, type StatusFields } from '../health/rule.ts';
import type { ClusterPort, ObjectRef } from '../ports/cluster.ts';
import { isOurEvent } from '../report/member-event.ts';

/** Maximum number of pods and Events that the caller reads in a namespace. */
const podsAtMost = 100;
const eventsAtMost = 500;

/** Maximum number of pods in the result. */
const named = 3;

/**
 * Returns what the pods of a workload wait for, and the newest warning about one of them or about the
 * object, as clauses. Returns an empty list if the cluster has no such clue or the caller lacks permission.
 *
 * @throws ClusterError if the cluster does not answer
 */
export async function causesOf(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<readonly string[]> {
  if (ref.namespace === undefined) return [];
  try {
    const object = await port.read(ref, stop);
    if (object === undefined) return [];
    const pods = object.kind === 'Pod' ? [object] : await podsOf(port, object, stop);
    const waits = pods.flatMap(waitOf);
    const more = waits.length > named ? [`${waits.length - named} more pods wait`] : [];
    const warning = await newestWarning(port, [object, ...pods], stop);
    return [...waits.slice(0, named), ...more, ...(warning === '' ? [] : [warning])];
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    return [];
  }
}

async function podsOf(
  port: ClusterPort,
  { spec, metadata: { namespace = '' } }: KubeObject,
  stop: AbortSignal,
): Promise<readonly KubeObject[]> {
  const { selector } = (spec ?? {}) as { readonly selector?: JsonObject };
  const labels = selector?.['matchLabels'];
  if (typeof labels !== 'object' || labels === null) return [];
  const label = Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
  const kind = { apiVersion: 'v1', kind: 'Pod' };
  const selection = { kind, label, detail: 'object', namespace, atMost: podsAtMost } as const;
  const { objects } = await port.list(selection, stop);
  return objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

interface ContainerStatus {
  readonly name?: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** Returns why a pod waits, such as `Pod web-1: container web: ImagePullBackOff (…)`, or why no node runs it. */
function waitOf({ metadata, status }: KubeObject): readonly string[] {
  const fields = (status ?? {}) as StatusFields & {
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
  const { initContainerStatuses = [], containerStatuses = [] } = fields;
  const stuck = [...initContainerStatuses, ...containerStatuses].find(
    ({ state }) => state?.waiting !== undefined && !routineReasons.has(state.waiting.reason ?? ''),
  );
  const { reason = 'waiting', message = '' } = stuck?.state?.waiting ?? {};
  const detail = message === '' ? '' : ` (${message})`;
  if (stuck !== undefined) {
    return [`Pod ${metadata.name}: container ${stuck.name}: ${reason}${detail}`];
  }
  const scheduled = conditionOf(fields, 'PodScheduled');
  if (scheduled?.status !== 'False') return [];
  return [`Pod ${metadata.name}: ${scheduled.reason}: ${scheduled.message}`];
}

/** Reasons that every container has for a while. */
const routineReasons: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

async function newestWarning(
  port: ClusterPort,
  about: readonly KubeObject[],
  stop: AbortSignal,
): Promise<string> {
  const kind = { apiVersion: 'v1', kind: 'Event' };
  const namespace = about[0]?.metadata.namespace ?? '';
  const selection = { kind, label: '', detail: 'object', namespace, atMost: eventsAtMost } as const;
  const { objects } = await port.list(selection, stop);
  const uids = new Set(about.map(({ metadata }) => metadata['uid']));
  const [newest] = objects
    .filter((event) => event['type'] === 'Warning' && uids.has(involved(event).uid))
    // An Event from a syncer reports the problem, not its cause.
    .filter((event) => !isOurEvent(event))
    .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
  if (newest === undefined) return '';
  const { kind: ofKind, name } = involved(newest);
  return `${String(ofKind)} ${String(name)} warns: ${String(newest['reason'])}: ${String(newest['message'])}`;
}

function involved(event: KubeObject): JsonObject {
  return (event['involvedObject'] ?? {}) as JsonObject;
}

function timeOf(event: KubeObject): string {
  return String(event['lastTimestamp'] ?? event['eventTime'] ?? '');
}
