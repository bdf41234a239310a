/** Create, update and apply, with the steps that they share before an object is stored. */
import { typedFaults } from '../apply/typed-faults.ts';
import {
  equal,
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  type Value,
  valueAt,
} from '../object.ts';
import { apiVersionOf, namedOf, type Resource, storageOf } from '../resources/resource.ts';
import { conform } from '../schema/conform.ts';
import {
  ApiError,
  alreadyExists,
  badRequest,
  type Cause,
  conflict,
  invalid,
  notFound,
} from '../status.ts';
import { admitToNamespace } from './admission.ts';
import { reportDuplicates } from './apply-duplicates.ts';
import { decodeObject } from './decode.ts';
import {
  beginLife,
  checkPreconditions,
  continueLife,
  lateFinalizers,
  metadataFaults,
} from './metadata.ts';
import { applyOwned, equalButForTimes, trackWrite } from './ownership.ts';
import { type ClusterState, findLive, type Target, type WriteOptions } from './state.ts';

/**
 * Stores a new object and returns it. A dry run returns it without storing it.
 *
 * @throws ApiError 400, 403, 404, 409 or 422 when the object cannot be created
 */
export function createObject(
  cluster: ClusterState,
  target: Target,
  sent: Value,
  options: WriteOptions,
): KubeObject {
  const object = decodeObject(target, sent, options);
  if (object.metadata.resourceVersion) {
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  return storeNew(cluster, target, object, { ...options, tracked: false });
}

/**
 * Stores a new object for a PUT.
 *
 * @throws ApiError as `createObject` does, and 409 when the object has a uid
 */
export function createByUpdate(
  cluster: ClusterState,
  target: Target,
  sent: Value,
  options: WriteOptions,
): KubeObject {
  if (isFields(sent)) rejectUid(target, sent);
  return createObject(cluster, target, sent, options);
}

/**
 * Stores the object that `change` returns for the live object.
 *
 * @throws ApiError 404 when the object does not exist, 409 when the change is based on a stale
 *   resourceVersion
 */
export function updateObject(
  cluster: ClusterState,
  target: Target,
  change: (live: KubeObject) => Value,
  options: WriteOptions,
): KubeObject {
  const live = findLive(cluster, target);
  if (live === undefined) throw notFound(namedOf(target.resource), target.name);
  const object = decodeObject(target, change(live), options);
  checkPreconditions(target.resource, object.metadata, live.metadata);
  return storeChanged(cluster, target, { object, live }, { ...options, tracked: false });
}

/**
 * Merges `config` into the live object by server-side apply, or creates the object.
 *
 * @throws ApiError 409 when another manager owns a changed field and `force` is false; 500 when
 *   `config` does not match the schema, whatever `fieldValidation` says, as on a real API server; 400 under Strict
 *   when `config` has a duplicate field
 */
export function applyObject(
  cluster: ClusterState,
  target: Target,
  config: Value,
  options: WriteOptions & { readonly force: boolean },
): { readonly object: KubeObject; readonly created: boolean } {
  const checked = checkConfig(target, config);
  const live = findLive(cluster, target);
  if (live === undefined) {
    if (target.subresource !== '') throw notFound(namedOf(target.resource), target.name);
    rejectUid(target, checked);
  } else checkPreconditions(target.resource, fieldsAt(checked, 'metadata'), live.metadata);
  const applied = applyOwned(target, checked, live, options);
  reportDuplicates(options);
  const object = decodeObject(target, applied, { ...options, fieldValidation: 'Ignore' });
  const tracked = { ...options, tracked: true };
  if (live === undefined)
    return { object: storeNew(cluster, target, object, tracked), created: true };
  return { object: storeChanged(cluster, target, { object, live }, tracked), created: false };
}

function checkConfig({ resource, namespace, name }: Target, config: Value): Fields {
  if (!isFields(config)) throw badRequest('error decoding YAML: expected an object');
  if (config.kind !== resource.kind || config.apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `invalid object type: ${String(config.apiVersion)}, Kind=${String(config.kind)}`,
    );
  }
  if (valueAt(config, 'metadata', 'managedFields') !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const faults = typedFaults(resource.shape, config);
  if (faults.length === 0) return config;
  const list = faults.length === 1 ? faults[0] : `errors:\n  ${faults.join('\n  ')}`;
  const what = `${namespace}/${name}; ${apiVersionOf(resource)}, Kind=${resource.kind}`;
  throw new ApiError(500, '', `failed to create typed patch object (${what}): ${list}`);
}

function rejectUid({ resource, name }: Target, config: Fields): void {
  const uid = valueAt(config, 'metadata', 'uid');
  if (uid === undefined) return;
  const why = `uid mismatch: the provided object specified uid ${String(uid)}, and no existing object was found`;
  throw conflict(namedOf(resource), name, why);
}

/** Options of a write. `tracked` says that managedFields are already up to date. */
type StoreOptions = WriteOptions & { readonly tracked: boolean };

function storeNew(
  cluster: ClusterState,
  target: Target,
  object: KubeObject,
  options: StoreOptions,
): KubeObject {
  const { resource } = target;
  beginLife(resource, object);
  const { name, namespace = '' } = object.metadata;
  admitToNamespace(cluster, resource, { namespace, name });
  clearStatus(resource, object);
  resource.strategy.prepare?.(object, undefined, cluster.facts);
  validate(resource, object, undefined);
  if (!options.tracked) trackWrite(target, object, undefined, options);
  if (cluster.store.get(storageOf(resource), namespace, name) !== undefined) {
    throw alreadyExists(namedOf(resource), name);
  }
  return options.dryRun ? object : cluster.store.put(storageOf(resource), object);
}

function storeChanged(
  cluster: ClusterState,
  target: Target,
  { object, live }: { readonly object: KubeObject; readonly live: KubeObject },
  options: StoreOptions,
): KubeObject {
  const { resource } = target;
  continueLife(object.metadata, live.metadata);
  const whole = withUnwrittenFields(target, object, live);
  resource.strategy.prepare?.(whole, live, cluster.facts);
  countGeneration(resource, whole, live);
  validate(resource, whole, live);
  if (!options.tracked) trackWrite(target, whole, live, options);
  if (equalButForTimes(whole, live)) return live;
  if (options.dryRun) return whole;
  const { store } = cluster;
  return isFinished(whole)
    ? store.remove(storageOf(resource), whole)
    : store.put(storageOf(resource), whole);
}

function clearStatus({ subresources, custom }: Resource, object: KubeObject): void {
  if (!subresources.includes('status')) return;
  delete object.status;
  if (custom === undefined) object.status = {};
}

/** Takes the fields that this endpoint does not write from the live object. */
function withUnwrittenFields(
  { resource, subresource }: Target,
  object: KubeObject,
  live: KubeObject,
): KubeObject {
  if (subresource !== 'status') {
    if (!resource.subresources.includes('status')) return object;
    const { status: _, ...rest } = object;
    return live.status === undefined ? rest : { ...rest, status: structuredClone(live.status) };
  }
  const { managedFields, annotations } = object.metadata;
  const metadata = {
    ...live.metadata,
    ...(managedFields !== undefined && { managedFields }),
    ...(resource.custom === undefined && annotations !== undefined && { annotations }),
  };
  return { ...live, metadata, ...(object.status !== undefined && { status: object.status }) };
}

/** Increments the generation when anything except metadata and status changed. */
function countGeneration(
  { counted, subresources }: Resource,
  object: KubeObject,
  live: KubeObject,
): void {
  if (!counted) return;
  const { metadata: _, status: a, ...newFields } = object;
  const { metadata: __, status: b, ...liveFields } = live;
  const hasOwnStatus = subresources.includes('status');
  if (equal(newFields, liveFields) && (hasOwnStatus || equal(a ?? null, b ?? null))) return;
  object.metadata.generation = (live.metadata.generation ?? 0) + 1;
}

function validate(resource: Resource, object: KubeObject, live: KubeObject | undefined): void {
  const { strategy, custom, kind, group } = resource;
  const causes: Cause[] = [
    ...metadataFaults(resource, object),
    ...(live === undefined ? [] : lateFinalizers(object.metadata, live.metadata)),
    ...(strategy.validate?.(object, live) ?? []),
    ...(custom?.schema === undefined ? [] : conform(custom.schema, object)),
  ];
  if (causes.length > 0) throw invalid({ group, kind }, object.metadata.name, causes);
}

/** Reports whether the object is marked for deletion and no finalizer holds it. */
function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  if (object.kind === 'Namespace') return fieldsAt(object, 'spec').finalizers === undefined;
  return object.kind !== 'Pod';
}
