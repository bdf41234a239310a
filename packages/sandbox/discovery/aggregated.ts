/** Aggregated discovery: one document for all groups, which newer clients request. */
import type { Fields } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { subresourceKind, verbsOf } from './verbs.ts';

/** Returns an APIGroupDiscoveryList of the core group (`api`), or of all other groups (`apis`). */
export function aggregatedDiscovery(
  registry: Registry,
  root: 'api' | 'apis',
  version: 'v2' | 'v2beta1',
): Fields {
  const groups = Map.groupBy(
    registry.all().filter(({ group }) => (group === '') === (root === 'api')),
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
  const { plural, singular, namespaced } = resource;
  const { shortNames, categories, subresources } = resource;
  return {
    resource: plural,
    responseKind: responseKind(resource, resource),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbsOf(resource)],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
    ...(subresources.length > 0 && {
      subresources: subresources.toSorted().map((name) => ({
        subresource: name,
        responseKind: responseKind(resource, subresourceKind(resource, name)),
        verbs: ['get', 'patch', 'update'],
      })),
    }),
  };
}

/** Omits the group and version of a built-in type when they equal those of the resource. */
function responseKind(
  { custom, group, version }: Resource,
  { kind, ...of }: { readonly group: string; readonly version: string; readonly kind: string },
): Fields {
  const isOwn = of.group === group && of.version === version;
  if (custom === undefined && isOwn) return { group: '', version: '', kind };
  return { group: of.group, version: of.version, kind };
}
