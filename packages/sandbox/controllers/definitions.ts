/**
 * CustomResourceDefinitions: serves the kind of a new definition, and deletes its objects before
 * it removes the definition.
 */
import type { ClusterState } from '../api/state.ts';
import { type Fields, fieldsAt, type KubeObject, textAt } from '../object.ts';
import { storageOf } from '../resources/resource.ts';
import { type Client, controllerClient } from './client.ts';
import { type Condition, conditionOf, withConditions } from './conditions.ts';
import type { Controller } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

const storage = 'customresourcedefinitions.apiextensions.k8s.io';
const cleanup = 'customresourcecleanup.apiextensions.k8s.io';

export function definitionController(cluster: ClusterState): Controller {
  const { registry } = cluster;
  const client = controllerClient(cluster, 'kube-apiserver');
  const queue = new WorkQueue((name) => {
    const definition = client.get(storage, '', name);
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp === undefined) establish(client, definition);
    else if (removeObjects(cluster, client, definition)) release(client, definition);
  });
  return {
    onChange: ({ resource, type, object }) => {
      const owner = definitionOf(cluster, resource);
      if (type === 'DELETED' && owner !== undefined) queue.add(owner);
      if (resource !== storage) return;
      if (type === 'DELETED') registry.undefine(object);
      else {
        registry.define(object);
        queue.add(object.metadata.name);
      }
    },
    stop: () => queue.stop(),
  };
}

/**
 * Returns the name of the definition of a type. The storage key of a custom resource is that name.
 */
function definitionOf({ store }: ClusterState, resource: string): string | undefined {
  return store.get(storage, '', resource)?.metadata.name;
}

function establish(client: Client, definition: KubeObject): void {
  if (conditionOf(definition, 'Established')?.status === 'True') return;
  const held = client.change(definition, ({ metadata }) => {
    metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), cleanup])];
  });
  const conditions: Condition[] = [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
  const dated = withConditions(held, conditions).map(
    ({ lastUpdateTime: _, ...rest }): Fields => rest,
  );
  client.changeStatus(held, {
    ...fieldsAt(held, 'status'),
    acceptedNames: structuredClone(fieldsAt(held, 'spec', 'names')),
    conditions: dated,
  });
}

/**
 * Deletes the objects of the defined kind.
 *
 * @returns whether all of them are gone
 */
function removeObjects({ store }: ClusterState, client: Client, definition: KubeObject): boolean {
  const group = textAt(definition, 'spec', 'group') ?? '';
  const plural = textAt(definition, 'spec', 'names', 'plural') ?? '';
  const own = storageOf({ group, plural });
  for (const object of store.list(own)) client.remove(object);
  return store.list(own).length === 0;
}

function release(client: Client, definition: KubeObject): void {
  if (!(definition.metadata.finalizers ?? []).includes(cleanup)) return;
  client.change(definition, ({ metadata }) => {
    const left = (metadata.finalizers ?? []).filter((one) => one !== cleanup);
    if (left.length > 0) metadata.finalizers = left;
    else delete metadata.finalizers;
  });
}
