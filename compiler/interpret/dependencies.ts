import type { DependentObjectReference } from '#model/dependency.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { dependencyPaths } from './dependency-paths.ts';
import { textsAt, valuesAt } from './fields.ts';
import { podReferences, referencesAt } from './references.ts';

type References = readonly DependentObjectReference[];

/** Returns the dependencies of an object by its kind, whether they exist or not. */
export function dependenciesOf(object: KubeObject, profile: Profile): References {
  return profile === 'karmada' && isFailing(object) ? [] : namedBy(object);
}

function typeOf({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}/${kind}`;
}

function namedBy(object: KubeObject): References {
  const { namespace } = object.metadata;
  const type = typeOf(object);
  if (type === 'v1/Pod') return podReferences(object, namespace);
  if (type === 'multicluster.x-k8s.io/v1alpha1/ServiceImport') return derivedFrom(object);
  const paths = Object.hasOwn(dependencyPaths, type) ? dependencyPaths[type] : undefined;
  const found = [
    ...(paths?.pods ?? [])
      .flatMap((pattern) => valuesAt(object, pattern))
      .flatMap((template) => podReferences(template, namespace)),
    ...referencesAt(object, paths?.fields ?? {}, namespace),
  ];
  return type === 'apps/v1/StatefulSet' ? withoutOwnClaims(found, object) : found;
}

/** Reports whether a reference of the object has no name. Karmada then distributes none of its dependencies. */
function isFailing(object: KubeObject): boolean {
  switch (typeOf(object)) {
    case 'networking.k8s.io/v1/Ingress':
      return valuesAt(object, 'spec/tls/*').some((tls) => textsAt(tls, 'secretName').join() === '');
    case 'source.toolkit.fluxcd.io/v1beta2/OCIRepository':
      return valuesAt(object, 'spec/serviceAccountName').length === 0;
    default:
      return false;
  }
}

/** Returns the objects that a ServiceImport represents in importing clusters. */
function derivedFrom({ metadata: { name, namespace } }: KubeObject): References {
  const derived = `derived-${name}`;
  const matchLabels = { 'kubernetes.io/service-name': derived };
  return [
    { apiVersion: 'v1', kind: 'Service', namespace, name: derived },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      namespace,
      labelSelector: { matchLabels },
    },
  ];
}

/** A StatefulSet creates the claims of its templates itself. */
function withoutOwnClaims(references: References, object: KubeObject): References {
  const own = new Set(textsAt(object, 'spec/volumeClaimTemplates/*/metadata/name'));
  return references.filter(
    ({ kind, name = '' }) => kind !== 'PersistentVolumeClaim' || !own.has(name),
  );
}
