/** Finds the objects that the deletion of a namespace or of a definition would delete too. */
import { byText, describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { conditionOf, type StatusFields } from '../health/rule.ts';
import { groupName } from '../object-ref.ts';
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
 * server would delete with it, or the API groups and kinds whose objects it cannot list, because an unknown
 * number of objects is not zero. The objects that Regatta prunes are gone by then, so that any object left is
 * desired or belongs to another manager. Returns undefined for other kinds, and if there are no such objects.
 *
 * @throws ClusterError if the API server does not answer
 */
export async function lostWith(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<string | undefined> {
  const { objects, unlisted } = await contentsOf(port, ref, stop);
  const lost = objects.filter(isWorthKeeping).map(describeObject).toSorted(byText);
  if (lost.length > 0) return `still holds ${firstOf(lost)}`;
  return unlisted.length === 0 ? undefined : firstOf(unlisted.toSorted(byText));
}

function firstOf(texts: readonly string[]): string {
  const more = texts.length > 3 ? ` and ${texts.length - 3} more` : '';
  return `${texts.slice(0, 3).join(', ')}${more}`;
}

/** The objects in a namespace, or of a definition. */
interface Contents {
  readonly objects: readonly KubeObject[];
  /** The kinds and groups that the syncer could not list, as sentences without a subject. */
  readonly unlisted: readonly string[];
}

const nothing: Contents = { objects: [], unlisted: [] };

async function contentsOf(port: ClusterPort, ref: ObjectRef, stop: AbortSignal): Promise<Contents> {
  const { group } = gvkOf(ref);
  if (group === '' && ref.kind === 'Namespace') {
    return orUnlisted(() => inNamespace(port, ref.name, stop));
  }
  if (group !== 'apiextensions.k8s.io' || ref.kind !== 'CustomResourceDefinition') return nothing;
  return orUnlisted(() => ofDefinition(port, ref, stop));
}

async function ofDefinition(
  port: ClusterPort,
  ref: ObjectRef,
  stop: AbortSignal,
): Promise<Contents> {
  const definition = await port.read(ref, stop);
  // A definition that was never established has no objects.
  if (definition === undefined || !isEstablished(definition)) return nothing;
  const kind = kindOf(definition);
  if (kind !== undefined && (await port.isNamespaced(kind, stop)) !== undefined) {
    return { objects: (await listAll(port, kind, stop)).objects, unlisted: [] };
  }
  return {
    objects: [],
    unlisted: ['cannot list its objects: the cluster serves no version of it'],
  };
}

async function inNamespace(
  port: ClusterPort,
  namespace: string,
  stop: AbortSignal,
): Promise<Contents> {
  const { kinds, unknownGroups } = await port.discover(stop);
  const namespaced = kinds.filter((kind) => kind.namespaced && !derived.has(kind.kind));
  const objects: KubeObject[] = [];
  const unlisted = unknownGroups.map((group) => `cannot list objects of ${groupName(group)}`);
  await forEachBounded(namespaced, width, stop, async (kind) => {
    const found = await orUnlisted(() => listAll(port, kind, stop, namespace));
    objects.push(...found.objects);
    unlisted.push(...found.unlisted);
  });
  stop.throwIfAborted();
  return { objects, unlisted };
}

async function listAll(
  port: ClusterPort,
  { apiVersion, kind }: KindRef,
  stop: AbortSignal,
  namespace?: string,
): Promise<Contents> {
  const selection = { kind: { apiVersion, kind }, label: '', detail: 'metadata' } as const;
  const { objects } = await port.list({ ...selection, ...(namespace && { namespace }) }, stop);
  return { objects, unlisted: [] };
}

/** Returns the contents that `ask` finds. A kind that the API server does not list holds the deletion. */
async function orUnlisted(ask: () => Promise<Contents>): Promise<Contents> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    // The definition of the kind has been deleted since discovery, and its objects with it.
    if (error.reason === 'unknown-kind') return nothing;
    return { objects: [], unlisted: [error.message] };
  }
}

function isWorthKeeping(object: KubeObject): boolean {
  const { deletionTimestamp, ownerReferences } = object.metadata;
  const owned = Array.isArray(ownerReferences) && ownerReferences.length > 0;
  return deletionTimestamp === undefined && !owned && !isKubernetesOwn(object);
}

function isEstablished({ status = {} }: KubeObject): boolean {
  return conditionOf(status as StatusFields, 'Established')?.status === 'True';
}

interface Version {
  readonly name: string;
  readonly served: boolean;
  /** Whether the API server stores the objects at this version. */
  readonly storage: boolean;
}

/**
 * Returns the kind that a definition defines, at a served version. To list objects at the version at which the API
 * server stores them, it needs no conversion: the webhook for that may be gone.
 */
function kindOf(definition: KubeObject): KindRef | undefined {
  const { group, names, versions } = definition.spec as {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly Version[];
  };
  const all = versions.filter((version) => version.served);
  const served = all.find(({ storage }) => storage) ?? all[0];
  return served && { apiVersion: `${group}/${served.name}`, kind: names.kind };
}
