import type { KubeObject } from '#model/object.ts';
import { withoutKarmadaMetadata } from '../finalise/karmada-metadata.ts';
import { without } from '../finalise/without.ts';
import type { Folder } from './role.ts';

/** Metadata fields that the API server sets. */
const serverFields = [
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
  'finalizers',
  'ownerReferences',
];

/** Annotations that clients and controllers set. */
const clientAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
];

/** Fields of a Cluster with access data, which must not reach Git. */
const accessFields = ['secretRef', 'impersonatorSecretRef', 'insecureSkipTLSVerification', 'id'];

/** Status fields of a Cluster that placement reads. */
const placementFacts = ['kubernetesVersion', 'apiEnablements', 'resourceSummary'];

/**
 * Returns an object as its author would have written it, without fields of servers and controllers.
 *
 * @param divided - keeps the uid of an object with divided replicas, because it breaks ties
 */
export function sourceForm(object: KubeObject, folder: Folder, divided: boolean): KubeObject {
  const fields = divided ? serverFields : [...serverFields, 'uid'];
  const bare = fields.reduce((form, field) => without(form, 'metadata', field), object);
  const noted = clientAnnotations.reduce(
    (form, key) => without(form, 'metadata', 'annotations', key),
    bare,
  );
  const { status, ...form } = withoutKarmadaMetadata(noted);
  return folder === 'clusters' ? clusterForm(form as KubeObject, status) : (form as KubeObject);
}

function clusterForm(cluster: KubeObject, status: unknown): KubeObject {
  const open = accessFields.reduce((form, field) => without(form, 'spec', field), cluster);
  const fields = Object.entries((status ?? {}) as object);
  const facts = Object.fromEntries(fields.filter(([field]) => placementFacts.includes(field)));
  return Object.keys(facts).length === 0 ? open : { ...open, status: facts };
}
