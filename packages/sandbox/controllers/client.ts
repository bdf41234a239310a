/** The API client of controllers. It runs the same steps as an HTTP request, without HTTP. */
import { type DeleteOptions, deleteObject } from '../api/delete.ts';
import { type ClusterState, findLive, type Target, type WriteOptions } from '../api/state.ts';
import { createObject, updateObject } from '../api/write.ts';
import {
  type Fields,
  type KubeObject,
  type OwnerReference,
  textAt,
  type Value,
} from '../object.ts';
import { type Subresource, storageOf } from '../resources/resource.ts';

/** Storage key of a resource type: `plural` or `plural.group`. */
type Storage = string;

/** Reads and writes the objects of one cluster. */
export interface Client {
  get(storage: Storage, namespace: string, name: string): KubeObject | undefined;
  /** Lists objects sorted by namespace and name; '' lists all namespaces. */
  list(storage: Storage, namespace?: string): KubeObject[];
  /**
   * Creates an object.
   *
   * @throws ApiError with the Status that an HTTP client would receive
   */
  create(storage: Storage, object: Fields): KubeObject;
  /**
   * Updates the object with a copy that `edit` changes.
   *
   * @throws ApiError with the Status that an HTTP client would receive
   */
  change(object: KubeObject, edit: (copy: KubeObject) => void): KubeObject;
  /**
   * Updates the status subresource.
   *
   * @throws ApiError with the Status that an HTTP client would receive
   */
  changeStatus(
    object: KubeObject,
    status: Fields,
    annotations?: Record<string, string>,
  ): KubeObject;
  /** Deletes the object. Does nothing when the object no longer exists. */
  remove(object: KubeObject, options?: Partial<DeleteOptions>): void;
}

/** Returns a client whose writes have the field manager `manager`. */
export function controllerClient(cluster: ClusterState, manager: string): Client {
  const { store } = cluster;
  const options: WriteOptions = {
    manager,
    dryRun: false,
    fieldValidation: 'Ignore',
    warn: () => {},
  };
  const edit = (target: Target, change: (copy: KubeObject) => void): KubeObject =>
    updateObject(cluster, target, (live) => edited(live, change), options);
  return {
    get: (storage, namespace, name) => store.get(storage, namespace, name),
    list: (storage, namespace = '') => {
      const all = store.list(storage);
      return namespace === ''
        ? all
        : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    create: (storage, object) =>
      createObject(cluster, collectionOf(cluster, storage, object), object, options),
    change: (object, change) => edit(targetOf(cluster, object, ''), change),
    changeStatus: (object, status, annotations) =>
      edit(targetOf(cluster, object, 'status'), (copy) => {
        copy.status = status;
        if (annotations)
          copy.metadata.annotations = { ...copy.metadata.annotations, ...annotations };
      }),
    remove: (object, overrides = {}) => {
      const target = targetOf(cluster, object, '');
      if (findLive(cluster, target) === undefined) return;
      deleteObject(cluster, target, { dryRun: false, ...overrides });
    },
  };
}

function collectionOf({ registry }: ClusterState, storage: Storage, object: Fields): Target {
  const resource = registry.all().find((one) => storageOf(one) === storage);
  if (resource === undefined) throw new Error(`the sandbox does not serve resource ${storage}`);
  const namespace = resource.namespaced ? (textAt(object, 'metadata', 'namespace') ?? '') : '';
  return { resource, namespace, name: '', subresource: '' };
}

function targetOf(
  { registry }: ClusterState,
  object: KubeObject,
  subresource: Subresource | '',
): Target {
  const resource = registry.findKind(object.apiVersion.split('/').at(-2) ?? '', object.kind);
  if (resource === undefined) throw new Error(`the sandbox does not serve kind ${object.kind}`);
  const { namespace = '', name } = object.metadata;
  return { resource, namespace, name, subresource };
}

function edited(live: KubeObject, change: (copy: KubeObject) => void): Value {
  const copy = structuredClone(live);
  change(copy);
  return copy;
}

/** Returns the controller reference to `owner` for a dependent. */
export function ownedBy(owner: KubeObject): OwnerReference[] {
  const { apiVersion, kind, metadata } = owner;
  return [
    {
      apiVersion,
      kind,
      name: metadata.name,
      uid: metadata.uid ?? '',
      controller: true,
      blockOwnerDeletion: true,
    },
  ];
}

/** Returns the controller reference of a dependent, or undefined for an object without a controller. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}
