/** Discovery documents: the served groups, versions and resources. */
import type { Fields } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { subresourceKind, verbsOf } from './verbs.ts';

/**
 * Returns the document at a discovery path such as `/apis/apps/v1`; undefined if the sandbox serves no such path.
 *
 * @param aggregated - the version of aggregated discovery that the client accepts
 */
export function discoveryDocument(
  registry: Registry,
  path: string,
  aggregated: 'v2' | 'v2beta1' | undefined,
): Fields | undefined {
  const [root, group, version, ...more] = path.split('/').filter((step) => step !== '');
  if (more.length > 0) return undefined;
  if (root === 'api') {
    if (group !== undefined)
      return version === undefined ? resourceList(registry, '', group) : undefined;
    return aggregated ? aggregatedDiscovery(registry, root, aggregated) : coreVersions;
  }
  if (root !== 'apis') return undefined;
  if (group === undefined) {
    return aggregated ? aggregatedDiscovery(registry, root, aggregated) : groupList(registry);
  }
  return version === undefined
    ? groupDocument(registry, group)
    : resourceList(registry, group, version);
}

const coreVersions: Fields = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [],
};

function groupList(registry: Registry): Fields {
  const names = new Set(registry.all().map(({ group }) => group));
  names.delete('');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...names].map((name) => groupEntry(registry, name)),
  };
}

function groupDocument(registry: Registry, group: string): Fields | undefined {
  const isServed = registry.all().some((one) => one.group === group);
  return isServed
    ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(registry, group) }
    : undefined;
}

function groupEntry(registry: Registry, group: string): Fields {
  const served = registry.all().filter((one) => one.group === group);
  const versions = [...new Set(served.map(({ version }) => version))].map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] ?? null };
}

function resourceList(registry: Registry, group: string, version: string): Fields | undefined {
  const served = registry.all().filter((one) => one.group === group && one.version === version);
  const [first] = served;
  if (first === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(first),
    resources: served.flatMap((resource) => [
      resourceEntry(resource),
      ...resource.subresources.map((name) => subresourceEntry(resource, name)),
    ]),
  };
}

function resourceEntry(resource: Resource): Fields {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbsOf(resource)],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
  };
}

function subresourceEntry(resource: Resource, name: 'status' | 'scale'): Fields {
  const { group, version, kind } = subresourceKind(resource, name);
  const isOther = kind !== resource.kind;
  return {
    name: `${resource.plural}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(isOther && { group, version }),
    kind,
    verbs: ['get', 'patch', 'update'],
  };
}
