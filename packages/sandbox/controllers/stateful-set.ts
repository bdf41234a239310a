/** StatefulSets: pods with ordinals, started in order, and their PersistentVolumeClaims. */
import { itemsOf } from '../kinds/fill.ts';
import { type Fields, fieldsAt, type KubeObject, numberAt, textAt, valueAt } from '../object.ts';
import { type Client, ownedBy } from './client.ts';
import { type ControllerStarter, reconciling } from './controller.ts';
import { isReady, podFrom, templateHash } from './pods.ts';
import { podsOf } from './replica-set.ts';

const revisionLabel = 'controller-revision-hash';

export const statefulSetController: ControllerStarter = reconciling({
  storage: 'statefulsets.apps',
  kind: 'StatefulSet',
  dependents: ['pods'],
  reconcile(client, set) {
    const revision = revisionOf(set);
    if (set.metadata.deletionTimestamp === undefined) scale(client, set, revision);
    report(client, set, revision);
  },
});

function revisionOf({ metadata, spec }: KubeObject): string {
  return `${metadata.name}-${templateHash(fieldsAt(spec).template)}`;
}

function ordinalOf({ metadata }: KubeObject): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
}

function scale(client: Client, set: KubeObject, revision: string): void {
  const desired = numberAt(set, 'spec', 'replicas') ?? 1;
  const pods = new Map(podsOf(client, set).map((pod) => [ordinalOf(pod), pod] as const));
  const isParallel = textAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  for (let ordinal = 0; ordinal < desired; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod === undefined) create(client, set, { ordinal, revision });
    const isSettled =
      pod !== undefined && isReady(pod) && pod.metadata.deletionTimestamp === undefined;
    if (!isSettled && !isParallel) return;
  }
  const last = Math.max(-1, ...pods.keys());
  const extra = pods.get(last);
  if (last >= desired) {
    if (extra?.metadata.deletionTimestamp === undefined && extra !== undefined)
      client.remove(extra);
    return;
  }
  replaceOld(client, set, { pods, revision });
}

/** Replaces one outdated pod per reconciliation, from the highest ordinal down to the partition. */
function replaceOld(
  client: Client,
  set: KubeObject,
  { pods, revision }: { readonly pods: ReadonlyMap<number, KubeObject>; readonly revision: string },
): void {
  const strategy = fieldsAt(set, 'spec', 'updateStrategy');
  if (strategy.type === 'OnDelete') return;
  const partition = numberAt(strategy, 'rollingUpdate', 'partition') ?? 0;
  const old = [...pods]
    .filter(
      ([ordinal, pod]) => ordinal >= partition && pod.metadata.labels?.[revisionLabel] !== revision,
    )
    .sort(([a], [b]) => b - a);
  const [next] = old;
  if (next?.[1].metadata.deletionTimestamp === undefined && next !== undefined)
    client.remove(next[1]);
}

function create(
  client: Client,
  set: KubeObject,
  { ordinal, revision }: { readonly ordinal: number; readonly revision: string },
): void {
  const { namespace = '' } = set.metadata;
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFrom(fieldsAt(set, 'spec', 'template'), {
    'apps.kubernetes.io/pod-index': `${ordinal}`,
    [revisionLabel]: revision,
    'statefulset.kubernetes.io/pod-name': name,
  });
  Object.assign(fieldsAt(pod, 'metadata'), { name, namespace, ownerReferences: ownedBy(set) });
  const spec = fieldsAt(pod, 'spec');
  Object.assign(spec, { hostname: name, subdomain: textAt(set, 'spec', 'serviceName') ?? '' });
  const claims = itemsOf(set.spec, 'volumeClaimTemplates').map((claim) =>
    claimFor(client, claim, pod),
  );
  if (claims.length > 0) spec.volumes = [...claims, ...itemsOf(spec, 'volumes')];
  client.create('pods', pod);
}

/**
 * Creates the claim of a pod when it does not exist.
 *
 * @returns the volume that refers to the claim
 */
function claimFor(client: Client, template: Fields, pod: Fields): Fields {
  const { name: podName = '', namespace = '' } = fieldsAt(pod, 'metadata');
  const name = textAt(template, 'metadata', 'name') ?? '';
  const claimName = `${name}-${String(podName)}`;
  if (client.get('persistentvolumeclaims', String(namespace), claimName) === undefined) {
    const metadata = { ...fieldsAt(template, 'metadata'), name: claimName, namespace };
    client.create('persistentvolumeclaims', { metadata, spec: fieldsAt(template, 'spec') });
  }
  return { name, persistentVolumeClaim: { claimName } };
}

function report(client: Client, set: KubeObject, revision: string): void {
  const pods = podsOf(client, set);
  const updated = pods.filter(
    ({ metadata }) => metadata.labels?.[revisionLabel] === revision,
  ).length;
  const ready = pods.filter(isReady).length;
  const desired = numberAt(set, 'spec', 'replicas') ?? 1;
  const isDone = updated === desired && pods.length === desired && ready === desired;
  const before = textAt(set, 'status', 'currentRevision') ?? revision;
  client.changeStatus(set, {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...(ready > 0 && { readyReplicas: ready }),
    availableReplicas: ready,
    currentReplicas: isDone ? updated : pods.length - (before === revision ? 0 : updated),
    updatedReplicas: updated,
    currentRevision: isDone ? revision : before,
    updateRevision: revision,
    collisionCount: numberAt(valueAt(set, 'status'), 'collisionCount') ?? 0,
  });
}
