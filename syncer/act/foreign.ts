/** What would be lost with a namespace or a definition, besides what is ours to delete. */
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import { isKubernetesOwn } from '../ownership/managed-fields.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, KindRef, ObjectRef } from '../ports/cluster.ts';

/** Kinds that controllers make for what else is there, or that only report. */
const derived: ReadonlySet<string> = new Set([
  'Event',
  'Endpoints',
  'EndpointSlice',
  'PodMetrics',
  'CiliumEndpoint',
]);

const width = 8;

/**
 * Why a namespace or CustomResourceDefinition must not be deleted: the objects that would go with
 * it. What we prune ourselves is gone by then, so whatever is left is wanted by Git or somebody
 * else's. undefined for every other kind, and when there is nothing.
 *
 * @throws ClusterError when something can't be listed: not to see is not to know that there is none
 */
export async function lostWith(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<string | undefined> {
  const found = await contentsOf(port, ref, stop);
  const lost = found.filter(isOfWorth).map(describeObject).toSorted();
  if (lost.length === 0) return undefined;
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
  return `still holds ${lost.slice(0, 3).join(', ')}${more}`;
}

async function contentsOf(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<readonly KubeObject[]> {
  const { group } = gvkOf(ref);
  if (group === '' && ref.kind === 'Namespace') return inNamespace(port, ref.name, stop);
  if (group !== 'apiextensions.k8s.io' || ref.kind !== 'CustomResourceDefinition') return [];
  const definition = await port.read(ref, stop);
  const kind = definition && kindOf(definition);
  if (kind === undefined || (await port.isNamespaced(kind, stop)) === undefined) return [];
  return (await port.list({ kind, label: '', detail: 'metadata' }, stop)).objects;
}

async function inNamespace(
  port: ClusterPort,
  namespace: string,
  stop: AbortSignal,
): Promise<readonly KubeObject[]> {
  const kinds = (await port.kinds(stop)).filter(({ namespaced }) => namespaced);
  const found: KubeObject[] = [];
  await forEachBounded(kinds, width, stop, async ({ apiVersion, kind }) => {
    if (derived.has(kind)) return;
    const selection = {
      kind: { apiVersion, kind },
      label: '',
      detail: 'metadata',
      namespace,
    } as const;
    found.push(...(await port.list(selection, stop)).objects);
  });
  stop.throwIfAborted();
  return found;
}

function isOfWorth(object: KubeObject): boolean {
  const { deletionTimestamp, ownerReferences } = object.metadata;
  const owned = Array.isArray(ownerReferences) && ownerReferences.length > 0;
  return deletionTimestamp === undefined && !owned && !isKubernetesOwn(object);
}

/** The kind that a definition defines, at a version that is served. */
function kindOf(definition: KubeObject): KindRef | undefined {
  const { group, names, versions } = definition.spec as {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  const served = versions.find((version) => version.served);
  return served && { apiVersion: `${group}/${served.name}`, kind: names.kind };
}
