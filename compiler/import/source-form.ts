import type { KubeObject } from '#model/object.ts';
import { withoutBookkeeping } from '../finalise/bookkeeping.ts';
import { without } from '../finalise/without.ts';
import type { Folder } from './role.ts';

/** What an API server writes on every object. */
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

/** What clients note for themselves. */
const clientAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
];

/** Of a Cluster: how its control plane reaches it, which Git is not told. */
const accessFields = ['secretRef', 'impersonatorSecretRef', 'insecureSkipTLSVerification', 'id'];

/** Of a Cluster's status: what placement asks. */
const placementFacts = ['kubernetesVersion', 'apiEnablements', 'resourceSummary'];

/**
 * An object as its author would have written it: without what servers and controllers added.
 *
 * @param divided - its replicas are shared out: then the uid stays, because it breaks ties
 */
export function sourceForm(object: KubeObject, folder: Folder, divided: boolean): KubeObject {
  const fields = divided ? serverFields : [...serverFields, 'uid'];
  const bare = fields.reduce((form, field) => without(form, 'metadata', field), object);
  const noted = clientAnnotations.reduce(
    (form, key) => without(form, 'metadata', 'annotations', key),
    bare,
  );
  const { status, ...form } = withoutBookkeeping(noted);
  return folder === 'clusters' ? clusterForm(form as KubeObject, status) : (form as KubeObject);
}

function clusterForm(cluster: KubeObject, status: unknown): KubeObject {
  const open = accessFields.reduce((form, field) => without(form, 'spec', field), cluster);
  const told = Object.entries((status ?? {}) as object);
  const facts = Object.fromEntries(told.filter(([field]) => placementFacts.includes(field)));
  return Object.keys(facts).length === 0 ? open : { ...open, status: facts };
}
