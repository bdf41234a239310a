/** Deletion: immediate, or by a deletionTimestamp that finalizers and controllers act on. */
import {
  type Fields,
  fieldsAt,
  type KubeObject,
  type Meta,
  numberAt,
  textAt,
  timestamp,
} from '../object.ts';
import { namedOf, storageOf } from '../resources/resource.ts';
import { forbidden, invalid, notFound, unsupported } from '../status.ts';
import { checkPreconditions } from './metadata.ts';
import { type ClusterState, findLive, type Target } from './state.ts';

/** The options of a DELETE request, as in the DeleteOptions of Kubernetes. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: Propagation;
  readonly gracePeriodSeconds?: number;
  readonly dryRun: boolean;
}

type Propagation = 'Orphan' | 'Background' | 'Foreground';

const policies: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];
const undeletableNamespaces = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Reads DeleteOptions from the body and the query; the body takes precedence.
 *
 * @throws ApiError 422 for an unknown propagation policy
 */
export function readDeleteOptions(body: Fields, query: URLSearchParams): DeleteOptions {
  const policy = textAt(body, 'propagationPolicy') ?? query.get('propagationPolicy') ?? undefined;
  const propagationPolicy = policies.find((one) => one === policy);
  if (policy !== undefined && propagationPolicy === undefined) {
    const fault = unsupported('propagationPolicy', policy, policies);
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [fault]);
  }
  const grace = query.get('gracePeriodSeconds');
  const gracePeriodSeconds =
    numberAt(body, 'gracePeriodSeconds') ?? (grace === null ? undefined : Number(grace));
  const uid = textAt(body, 'preconditions', 'uid');
  const resourceVersion = textAt(body, 'preconditions', 'resourceVersion');
  const isDryRun = query.has('dryRun') || Array.isArray(body.dryRun);
  return {
    dryRun: isDryRun,
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  };
}

/**
 * Deletes the object, or marks it for deletion while a finalizer or grace period holds it.
 *
 * @returns the object after the request, and whether it was removed
 * @throws ApiError 404 when it does not exist, 409 when a precondition fails, 403 for a namespace
 *   that cannot be deleted
 */
export function deleteObject(
  cluster: ClusterState,
  target: Target,
  options: DeleteOptions,
): { readonly object: KubeObject; readonly gone: boolean } {
  const { resource, name } = target;
  const live = findLive(cluster, target);
  if (live === undefined) throw notFound(namedOf(resource), name);
  checkPreconditions(resource, options, live.metadata);
  if (resource.kind === 'Namespace' && undeletableNamespaces.has(name)) {
    throw forbidden(namedOf(resource), name, 'this namespace may not be deleted');
  }
  const marked = markForDeletion(live, options);
  const { store } = cluster;
  if (marked === undefined) {
    return { object: options.dryRun ? live : store.remove(storageOf(resource), live), gone: true };
  }
  if (options.dryRun || marked === live) return { object: marked, gone: false };
  return { object: store.put(storageOf(resource), marked), gone: false };
}

/** Returns the object marked for deletion, or undefined when the API server can remove the object immediately. */
function markForDeletion(live: KubeObject, options: DeleteOptions): KubeObject | undefined {
  const finalizers = finalizersFor(live, options.propagationPolicy);
  const grace = graceOf(live, options.gracePeriodSeconds);
  const isHeld = finalizers.length > 0 || live.kind === 'Namespace' || grace > 0;
  if (!isHeld) return undefined;
  const { finalizers: before = [], generation, deletionTimestamp } = live.metadata;
  const isUnchanged = finalizers.join() === before.join();
  if (deletionTimestamp !== undefined && isUnchanged) return live;
  const metadata: Meta = {
    ...live.metadata,
    ...(deletionTimestamp === undefined && {
      deletionTimestamp: timestamp(),
      deletionGracePeriodSeconds: grace,
      ...(generation !== undefined && { generation: generation + 1 }),
    }),
    finalizers,
  };
  if (finalizers.length === 0) delete metadata.finalizers;
  const marked = { ...live, metadata };
  if (live.kind !== 'Namespace') return marked;
  return { ...marked, status: { ...fieldsAt(live, 'status'), phase: 'Terminating' } };
}

const defaultGraceSeconds = 30;

/** Grace period in seconds; only a pod that is bound to a node has one. */
function graceOf(live: KubeObject, requested: number | undefined): number {
  if (live.kind !== 'Pod' || textAt(live, 'spec', 'nodeName') === undefined) return 0;
  const phase = textAt(live, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return 0;
  return (
    requested ?? numberAt(live, 'spec', 'terminationGracePeriodSeconds') ?? defaultGraceSeconds
  );
}

/** Kinds whose default propagation policy is Orphan. */
const orphaning = new Set(['Job', 'ReplicationController']);

function finalizersFor(
  { kind, metadata }: KubeObject,
  requested: Propagation | undefined,
): string[] {
  const { finalizers = [] } = metadata;
  const policy = requested ?? (orphaning.has(kind) ? 'Orphan' : undefined);
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (policy === 'Orphan') return [...others, 'orphan'];
  return policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}
