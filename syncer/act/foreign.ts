/** Finds the objects that the deletion of a namespace or of a definition would delete too. */
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import { isKubernetesOwn } from '../ownership/managed-fields.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, KindRef, ObjectRef } from '../ports/cluster.ts';

/** Kinds that controllers derive from other objects, or that only report. */
const derived: ReadonlySet<string> = new Set([
  'Event',
  'Endpoints',
  'EndpointSlice',
  'PodMetrics',
  'CiliumEndpoint',
]);

const width = 8;

/**
 * Returns why the syncer must not delete a namespace or CustomResourceDefinition: the objects that the API
 * server would delete with it. The objects that Regatta prunes are gone by then, so that any object left is
 * desired or belongs to another manager. Returns undefined for other kinds, and if there are no such objects.
 *
 * @throws ClusterError if the API server rejects a list: an unknown number of objects is not zero
 */
export async function lostWith(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<string | undefined> {
  const found = await contentsOf(port, ref, stop);
  const lost = found.filter(isWorthKeeping).map(describeObject).toSorted();
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

function isWorthKeeping(object: KubeObject): boolean {
  const { deletionTimestamp, ownerReferences } = object.metadata;
  const owned = Array.isArray(ownerReferences) && ownerReferences.length > 0;
  return deletionTimestamp === undefined && !owned && !isKubernetesOwn(object);
}

/** Returns the kind that a definition defines, at a served version. */
function kindOf(definition: KubeObject): KindRef | undefined {
  const { group, names, versions } = definition.spec as {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  const served = versions.find((version) => version.served);
  return served && { apiVersion: `${group}/${served.name}`, kind: names.kind };
}
