/** The state of one member cluster, and the target and options of a request to it. */
import type { ClusterFacts } from '../kinds/strategy.ts';
import type { KubeObject, Value } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource, Subresource } from '../resources/resource.ts';
import { storageOf } from '../resources/resource.ts';
import type { Store } from '../store/store.ts';

/** The state of one member cluster. */
export interface ClusterState {
  readonly store: Store;
  readonly registry: Registry;
  readonly facts: ClusterFacts;
}

/** The resource, object and subresource that a request addresses. */
export interface Target {
  readonly resource: Resource;
  /** Namespace; '' for cluster-scoped types, and for requests across all namespaces. */
  readonly namespace: string;
  /** Name of the object; '' for requests to the collection. */
  readonly name: string;
  readonly subresource: Subresource | '';
}

/** The options of a request that writes. */
export interface WriteOptions {
  /** Field manager of the request. */
  readonly manager: string;
  readonly dryRun: boolean;
  /** Paths of fields that occur twice in the body, for fieldValidation. */
  readonly duplicates?: readonly string[];
  /** The patch that the client sent; absent in other requests. */
  readonly patch?: Value;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Adds a Warning header to the response. */
  readonly warn: (message: string) => void;
}

/** Returns the stored object in the API version of the request, or undefined. */
export function findLive({ store }: ClusterState, target: Target): KubeObject | undefined {
  const live = store.get(storageOf(target.resource), target.namespace, target.name);
  return live === undefined ? undefined : inVersion(target.resource, live);
}

/** Converts by changing `apiVersion` only, as the conversion strategy None does. */
export function inVersion({ group, version }: Resource, object: KubeObject): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
