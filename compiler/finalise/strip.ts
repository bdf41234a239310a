import { isFieldMap, type KubeObject, valueAt } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { without } from './without.ts';

/**
 * Removes fields that each cluster sets itself, which would be wrong in another cluster.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/default/native/prune/prune.go.
 */
export function stripClusterFields(object: KubeObject, profile: Profile): KubeObject {
  const metadata = decidedByCluster.reduce(
    (fields, field) => without(fields, field),
    object.metadata,
  );
  const bare = without({ ...object, metadata }, 'status');
  return (strips.get(object.kind) ?? keep)(bare, profile);
}

const decidedByCluster = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
  'ownerReferences',
  'finalizers',
] as const;

type Strip = (object: KubeObject, profile: Profile) => KubeObject;

const keep: Strip = (object) => object;

/** Functions by kind, whatever the API group, as in Karmada. */
const strips: ReadonlyMap<string, Strip> = new Map([
  ['Deployment', stripDeployment],
  ['Job', stripJob],
  ['Secret', stripSecret],
  ['ServiceAccount', stripServiceAccount],
  ['Service', stripService],
  ['PersistentVolumeClaim', stripPersistentVolumeClaim],
]);

function stripDeployment(object: KubeObject): KubeObject {
  const bare = withoutAnnotation(object, 'deployment.kubernetes.io/revision');
  return withoutAnnotation(bare, 'deployment.kubernetes.io/revision-history');
}

const ofController = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const ofJob = [...ofController, 'job-name', 'batch.kubernetes.io/job-name'];

/** Removes the TTL of a Job, because the syncer would recreate the Job each time its TTL deletes it. */
function stripJob(object: KubeObject): KubeObject {
  const bare = without(object, 'spec', 'ttlSecondsAfterFinished');
  if (valueAt(bare, ['spec', 'manualSelector']) === true) return bare;
  const unselected = ofController.reduce(
    (job, label) => without(job, 'spec', 'selector', 'matchLabels', label),
    bare,
  );
  return ofJob.reduce(
    (job, label) => without(job, 'spec', 'template', 'metadata', 'labels', label),
    unselected,
  );
}

/** Removes the token of a service account. Profile regatta keeps the data that the author wrote. */
function stripSecret(object: KubeObject, profile: Profile): KubeObject {
  if (object.type !== 'kubernetes.io/service-account-token') return object;
  const bare = withoutAnnotation(object, 'kubernetes.io/service-account.uid');
  return profile === 'karmada' ? { ...bare, data: null } : bare;
}

/** Removes generated token secrets. Profile regatta keeps the list that the author wrote. */
function stripServiceAccount(object: KubeObject, profile: Profile): KubeObject {
  const { secrets } = object;
  if (profile !== 'karmada' || !Array.isArray(secrets) || secrets.length === 0) return object;
  return { ...object, secrets: withoutTokens(secrets, `${object.metadata.name}-token-`) };
}

/** Removes token secrets as Karmada does, which skips the item after each removed one. */
function withoutTokens(secrets: readonly unknown[], prefix: string): readonly unknown[] {
  const kept: unknown[] = [];
  let taken = false;
  for (const secret of secrets) {
    const name = isFieldMap(secret) ? secret.name : undefined;
    taken = !taken && typeof name === 'string' && name.startsWith(prefix);
    if (!taken) kept.push(secret);
  }
  return kept;
}

function stripService(object: KubeObject): KubeObject {
  const clusterIp = valueAt(object, ['spec', 'clusterIP']);
  if (typeof clusterIp !== 'string' || clusterIp === 'None') return object;
  return without(without(object, 'spec', 'clusterIP'), 'spec', 'clusterIPs');
}

function stripPersistentVolumeClaim(object: KubeObject): KubeObject {
  const annotation = 'volume.kubernetes.io/selected-node';
  const node = valueAt(object, ['metadata', 'annotations', annotation]);
  return node === '' ? object : withoutAnnotation(object, annotation);
}

function withoutAnnotation(object: KubeObject, name: string): KubeObject {
  return without(object, 'metadata', 'annotations', name);
}
