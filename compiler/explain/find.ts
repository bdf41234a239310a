import { nearestWord } from '#model/nearest.ts';
import { byText, describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/** What a person types to mean an object. */
export interface ObjectName {
  /** As kubectl takes it: a kind, its plural or short name, with or without `.group`. */
  readonly kind: string;
  readonly name: string;
  /** Not looked at for cluster-scoped objects. */
  readonly namespace: string;
}

/** The template that is meant. @throws Error that names what may have been meant */
export function findTemplate(
  templates: readonly Sourced[],
  { kind, name, namespace }: ObjectName,
): Sourced {
  const ofKind = templates.filter(({ object }) => isCalled(object, kind));
  const here = ofKind.filter(
    ({ object: { metadata } }) => (metadata.namespace ?? namespace) === namespace,
  );
  const found = here.filter(({ object }) => object.metadata.name === name);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) {
    const kinds = found.map(({ object }) => `${object.kind}.${gvkOf(object).group}`.toLowerCase());
    throw new Error(`${kind} is ${kinds.join(' or ')}: say which`);
  }
  throw new Error(`no template is ${kind} ${name} in namespace ${namespace}${hint()}`);

  function hint(): string {
    const kinds = templates.map(({ object }) => object.kind.toLowerCase());
    if (ofKind.length === 0)
      return meant(nearestWord(kind, new Set(kinds)), 'no template is of this kind');
    const elsewhere = ofKind.find(({ object }) => object.metadata.name === name);
    if (elsewhere !== undefined) return meant(describeObject(elsewhere.object), '');
    const names = here.map(({ object }) => object.metadata.name).sort(byText);
    return meant(nearestWord(name, names), `there is ${names.join(', ') || 'none'}`);
  }
}

function meant(word: string | undefined, otherwise: string): string {
  return word === undefined ? `: ${otherwise}` : `; did you mean ${word}?`;
}

/** Short names that kubectl knows. */
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

function isCalled(object: KubeObject, word: string): boolean {
  const [typed = '', ...rest] = word.toLowerCase().split('.');
  const { group, kind } = gvkOf(object);
  const isOfGroup = rest.length === 0 || rest.join('.') === group;
  const singular = kind.toLowerCase();
  return isOfGroup && [singular, pluralOf(singular)].includes(shortNames[typed] ?? typed);
}

function pluralOf(singular: string): string {
  if (/(s|x|ch|sh)$/.test(singular)) return `${singular}es`;
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
