/** What one member cluster consists of, behind its API. */
import type { ClusterFacts } from '../kinds/strategy.ts';
import type { KubeObject, Value } from '../object.ts';
import type { Registry } from '../resources/registry.ts';
import type { Resource, Subresource } from '../resources/resource.ts';
import { storageOf } from '../resources/resource.ts';
import type { Store } from '../store/store.ts';

export interface ClusterState {
  readonly store: Store;
  readonly registry: Registry;
  readonly facts: ClusterFacts;
}

/** What a request is about. */
export interface Target {
  readonly resource: Resource;
  /** '' for cluster-scoped types, and for requests across all namespaces. */
  readonly namespace: string;
  /** '' for requests to the collection. */
  readonly name: string;
  readonly subresource: Subresource | '';
}

export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  /** Fields that the client says more than once; for its fieldValidation. */
  readonly duplicates?: readonly string[];
  /** What a patch says, when that is what was sent. */
  readonly patch?: Value;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Takes what the client is told in a Warning header. */
  readonly warn: (message: string) => void;
}

/** The stored object in the version that is asked for, or undefined. */
export function findLive({ store }: ClusterState, target: Target): KubeObject | undefined {
  const live = store.get(storageOf(target.resource), target.namespace, target.name);
  return live === undefined ? undefined : inVersion(target.resource, live);
}

/** Versions of a custom resource differ in nothing but their name: conversion strategy None. */
export function inVersion({ group, version }: Resource, object: KubeObject): KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
