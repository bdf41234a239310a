/** How controllers read and write: through the same steps as any client, without the wire. */
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

/** A type as controllers name it: `plural` or `plural.group`. */
type Storage = string;

export interface Client {
  get(storage: Storage, namespace: string, name: string): KubeObject | undefined;
  /** In the order of namespace and name; '' for all namespaces. */
  list(storage: Storage, namespace?: string): KubeObject[];
  /** @throws ApiError as the API would answer */
  create(storage: Storage, object: Fields): KubeObject;
  /** Changes a copy of the live object. @throws ApiError as the API would answer */
  change(object: KubeObject, edit: (copy: KubeObject) => void): KubeObject;
  /** The same for the status subresource. @throws ApiError as the API would answer */
  changeStatus(
    object: KubeObject,
    status: Fields,
    annotations?: Record<string, string>,
  ): KubeObject;
  /** Does nothing when the object is gone. */
  remove(object: KubeObject, options?: Partial<DeleteOptions>): void;
}

/** A client that writes under the name of `manager`. */
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
    remove: (object, wanted = {}) => {
      const target = targetOf(cluster, object, '');
      if (findLive(cluster, target) === undefined) return;
      deleteObject(cluster, target, { dryRun: false, ...wanted });
    },
  };
}

function collectionOf({ registry }: ClusterState, storage: Storage, object: Fields): Target {
  const resource = registry.all().find((one) => storageOf(one) === storage);
  if (resource === undefined) throw new Error(`the sandbox has no ${storage}`);
  const namespace = resource.namespaced ? (textAt(object, 'metadata', 'namespace') ?? '') : '';
  return { resource, namespace, name: '', subresource: '' };
}

function targetOf(
  { registry }: ClusterState,
  object: KubeObject,
  subresource: Subresource | '',
): Target {
  const resource = registry.findKind(object.apiVersion.split('/').at(-2) ?? '', object.kind);
  if (resource === undefined) throw new Error(`the sandbox has no ${object.kind}`);
  const { namespace = '', name } = object.metadata;
  return { resource, namespace, name, subresource };
}

function edited(live: KubeObject, change: (copy: KubeObject) => void): Value {
  const copy = structuredClone(live);
  change(copy);
  return copy;
}

/** How a dependent names the controller that made it. */
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

/** The reference to the controller of a dependent. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}
