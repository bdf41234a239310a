import { gvkOf, type KubeObject } from './object.ts';

/** Kinds in lower case, by the short names that kubectl accepts. */
const shortNames: Readonly<Record<string, string>> = {
  cj: 'cronjob',
  cm: 'configmap',
  crd: 'customresourcedefinition',
  deploy: 'deployment',
  ds: 'daemonset',
  hpa: 'horizontalpodautoscaler',
  ing: 'ingress',
  netpol: 'networkpolicy',
  ns: 'namespace',
  pdb: 'poddisruptionbudget',
  po: 'pod',
  pv: 'persistentvolume',
  pvc: 'persistentvolumeclaim',
  rs: 'replicaset',
  sa: 'serviceaccount',
  sc: 'storageclass',
  sts: 'statefulset',
  svc: 'service',
};

/** The kind of an object with its API version. */
type Kind = Pick<KubeObject, 'apiVersion' | 'kind'>;

/**
 * Reports whether a word on the command line names a kind.
 *
 * @param word - a kind as kubectl accepts it: singular, plural or short name, with or without `.group`
 */
export function isCalled(kind: Kind, word: string): boolean {
  const [typed = '', ...rest] = word.toLowerCase().split('.');
  const gvk = gvkOf(kind);
  const isOfGroup = rest.length === 0 || rest.join('.') === gvk.group;
  const singular = gvk.kind.toLowerCase();
  return isOfGroup && [singular, pluralOf(singular)].includes(shortNames[typed] ?? typed);
}

/** Returns a kind as a word that names it alone, such as `deployment.apps`. */
export function fullKindName(kind: Kind): string {
  const { group, kind: name } = gvkOf(kind);
  return `${name}${group === '' ? '' : `.${group}`}`.toLowerCase();
}

function pluralOf(singular: string): string {
  if (/(s|x|ch|sh)$/.test(singular)) return `${singular}es`;
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
