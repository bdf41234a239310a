import { isFieldMap, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { current } from '../health/rule.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import { noAbort } from '../ports/no-abort.ts';
import type { CachedObject } from './cached-object.ts';

const late = 'WaitForFirstConsumer';

/** Maximum number of Events that the syncer reads for a claim whose StorageClass it may not read. */
const eventsAtMost = 500;

/** Finds the pending claims that only wait for a Pod that uses them. */
export class LateClaims {
  readonly #port: ClusterPort;
  readonly #objects: ReadonlyMap<ObjectKey, CachedObject>;
  readonly #onLate: (key: ObjectKey, observed: CachedObject) => void;
  readonly #asked = new Set<Promise<void>>();

  /** @param onLate - receives a claim as ready */
  constructor(
    port: ClusterPort,
    objects: ReadonlyMap<ObjectKey, CachedObject>,
    onLate: (key: ObjectKey, observed: CachedObject) => void,
  ) {
    this.#port = port;
    this.#objects = objects;
    this.#onLate = onLate;
  }

  /** Asks the cluster about an object if it is a pending claim. */
  note(object: KubeObject, observed: CachedObject): void {
    if (!isPendingClaim(object) || observed.health.status !== 'InProgress') return;
    const asking = waitsForConsumer(this.#port, object).then((isLate) => {
      const { stage: _, ...rest } = observed;
      const key = keyOf(object);
      const isLatest = this.#objects.get(key)?.resourceVersion === observed.resourceVersion;
      if (isLate && isLatest) this.#onLate(key, { ...rest, health: current });
    });
    this.#asked.add(asking);
    void asking.finally(() => this.#asked.delete(asking)).catch(() => {});
  }

  /** Resolves when the cluster has answered about all claims so far. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#asked);
  }
}

/** Reports whether an object is a PersistentVolumeClaim that has no volume yet. */
function isPendingClaim({ apiVersion, kind, spec, status }: KubeObject): boolean {
  if (apiVersion !== 'v1' || kind !== 'PersistentVolumeClaim') return false;
  const { phase = 'Pending' } = isFieldMap(status) ? status : {};
  return phase === 'Pending' && isFieldMap(spec) && !spec['volumeName'];
}

/**
 * Reports whether a pending claim only waits for a Pod that uses it, so that nothing may wait for the claim.
 * Its StorageClass says so, or an Event.
 */
async function waitsForConsumer(port: ClusterPort, claim: KubeObject): Promise<boolean> {
  try {
    return (await classBindsLate(port, claim)) ?? (await hasLateEvent(port, claim));
  } catch (error) {
    if (error instanceof ClusterError) return false;
    throw error;
  }
}

/** Returns undefined if the claim has no class, or if the syncer cannot read the class. */
async function classBindsLate(
  port: ClusterPort,
  { spec }: KubeObject,
): Promise<boolean | undefined> {
  const name = isFieldMap(spec) ? spec['storageClassName'] : undefined;
  if (typeof name !== 'string' || name === '') return undefined;
  const ref = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name };
  try {
    const found = await port.read(ref, noAbort);
    return found && found['volumeBindingMode'] === late;
  } catch (error) {
    if (error instanceof ClusterError && error.reason !== 'unreachable') return undefined;
    throw error;
  }
}

async function hasLateEvent(port: ClusterPort, { metadata }: KubeObject): Promise<boolean> {
  const kind = { apiVersion: 'v1', kind: 'Event' };
  const { namespace = '', uid } = metadata;
  const selection = { kind, label: '', detail: 'object', namespace, atMost: eventsAtMost } as const;
  const { objects } = await port.list(selection, noAbort);
  return objects.some(({ reason, involvedObject }) => {
    return reason === late && isFieldMap(involvedObject) && involvedObject['uid'] === uid;
  });
}
