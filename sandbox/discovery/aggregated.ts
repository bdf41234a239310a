/** All of discovery in one document, as newer clients ask for it. */
import type { Fields } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { subresourceKind, verbsOf } from './verbs.ts';

/** An APIGroupDiscoveryList of the core group, or of all the others. */
export function aggregatedDiscovery(
  registry: Registry,
  isCore: boolean,
  version: 'v2' | 'v2beta1',
): Fields {
  const groups = Map.groupBy(
    registry.all().filter(({ group }) => (group === '') === isCore),
    ({ group }) => group,
  );
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...groups].map(([name, served]) => groupEntry(name, served)),
  };
}

function groupEntry(name: string, served: readonly Resource[]): Fields {
  const versions = Map.groupBy(served, ({ version }) => version);
  return {
    metadata: { ...(name !== '' && { name }), creationTimestamp: null },
    versions: [...versions].map(([version, resources]) => ({
      version,
      resources: resources.map(resourceEntry),
      freshness: 'Current',
    })),
  };
}

function resourceEntry(resource: Resource): Fields {
  const { plural, singular, group, version, kind, namespaced } = resource;
  const { shortNames, categories, subresources } = resource;
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbsOf(resource)],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((name) => ({
        subresource: name,
        responseKind: subresourceKind(resource, name),
        verbs: ['get', 'patch', 'update'],
      })),
    }),
  };
}
