/** Deletion: at once, or by a mark that finalizers and controllers see. */
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

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: Propagation;
  readonly gracePeriodSeconds?: number;
  readonly dryRun: boolean;
}

type Propagation = 'Orphan' | 'Background' | 'Foreground';

const policies: readonly Propagation[] = ['Background', 'Foreground', 'Orphan'];
const keptNamespaces = new Set(['default', 'kube-system', 'kube-public']);

/** @throws ApiError 422 for an unknown propagation policy */
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
 * @returns the object as it now is, and whether it is gone
 * @throws ApiError 404, 409 when a precondition fails, 403 for a namespace that must stay
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
  if (resource.kind === 'Namespace' && keptNamespaces.has(name)) {
    throw forbidden(namedOf(resource), name, 'this namespace may not be deleted');
  }
  const marked = marking(live, options);
  const { store } = cluster;
  if (marked === undefined) {
    return { object: options.dryRun ? live : store.remove(storageOf(resource), live), gone: true };
  }
  if (options.dryRun || marked === live) return { object: marked, gone: false };
  return { object: store.put(storageOf(resource), marked), gone: false };
}

/** The object marked for deletion, or undefined when nothing holds it. */
function marking(live: KubeObject, options: DeleteOptions): KubeObject | undefined {
  const finalizers = finalizersFor(live, options.propagationPolicy);
  const grace = graceOf(live, options.gracePeriodSeconds);
  const isHeld = finalizers.length > 0 || live.kind === 'Namespace' || grace > 0;
  if (!isHeld) return undefined;
  const { finalizers: before = [], generation, deletionTimestamp } = live.metadata;
  const isAsBefore = finalizers.join() === before.join();
  if (deletionTimestamp !== undefined && isAsBefore) return live;
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

/** Only a pod on a node is given time to stop. */
function graceOf(live: KubeObject, wanted: number | undefined): number {
  if (live.kind !== 'Pod' || textAt(live, 'spec', 'nodeName') === undefined) return 0;
  const phase = textAt(live, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return 0;
  return wanted ?? numberAt(live, 'spec', 'terminationGracePeriodSeconds') ?? defaultGraceSeconds;
}

/** Kinds whose pods outlive them unless the client says otherwise. */
const orphaning = new Set(['Job', 'ReplicationController']);

function finalizersFor({ kind, metadata }: KubeObject, wanted: Propagation | undefined): string[] {
  const { finalizers = [] } = metadata;
  const policy = wanted ?? (orphaning.has(kind) ? 'Orphan' : undefined);
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion');
  if (policy === 'Orphan') return [...others, 'orphan'];
  return policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others;
}
