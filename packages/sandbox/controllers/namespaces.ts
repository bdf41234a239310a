/**
 * Namespaces: creates the default objects in a new one, and deletes all objects in a terminating
 * one.
 */
import type { ClusterState } from '../api/state.ts';
import { fieldsAt, type KubeObject } from '../object.ts';
import { storageOf } from '../resources/resource.ts';
import { type Client, controllerClient } from './client.ts';
import type { Controller } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

export function namespaceController(cluster: ClusterState): Controller {
  const client = controllerClient(cluster, 'kube-controller-manager');
  const queue = new WorkQueue((name) => {
    const namespace = client.get('namespaces', '', name);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp === undefined) createDefaults(client, name);
    else if (empty(cluster, client, name)) finish(cluster, namespace);
  });
  return {
    onChange: ({ resource, type, object }) => {
      if (resource === 'namespaces' && type !== 'DELETED') queue.add(object.metadata.name);
      const { namespace } = object.metadata;
      if (type === 'ADDED' || namespace === undefined) return;
      const isDefaultKind = resource === 'serviceaccounts' || resource === 'configmaps';
      if (isDefaultKind || isTerminating(client, namespace)) queue.add(namespace);
    },
    stop: () => queue.stop(),
  };
}

function isTerminating(client: Client, name: string): boolean {
  return client.get('namespaces', '', name)?.metadata.deletionTimestamp !== undefined;
}

/** Creates the service account and the ConfigMap that pods expect in every namespace. */
function createDefaults(client: Client, namespace: string): void {
  if (client.get('serviceaccounts', namespace, 'default') === undefined) {
    client.create('serviceaccounts', { metadata: { name: 'default', namespace } });
  }
  if (client.get('configmaps', namespace, 'kube-root-ca.crt') === undefined) {
    const metadata = { name: 'kube-root-ca.crt', namespace };
    client.create('configmaps', { metadata, data: { 'ca.crt': '' } });
  }
}

/**
 * Deletes the objects in a namespace.
 *
 * @returns whether all objects are gone; an object remains until its finalizers are removed
 */
function empty(cluster: ClusterState, client: Client, namespace: string): boolean {
  const contents = contentsOf(cluster, namespace);
  for (const object of contents) client.remove(object, { gracePeriodSeconds: 0 });
  return contentsOf(cluster, namespace).length === 0;
}

function contentsOf({ store, registry }: ClusterState, namespace: string): KubeObject[] {
  const storages = new Set(
    registry
      .all()
      .filter(({ namespaced }) => namespaced)
      .map(storageOf),
  );
  return [...storages]
    .flatMap((storage) => store.list(storage))
    .filter(({ metadata }) => metadata.namespace === namespace);
}

/** Removes the namespace, or only its spec finalizer while finalizers of clients hold it. */
function finish({ store }: ClusterState, namespace: KubeObject): void {
  const { finalizers, ...spec } = fieldsAt(namespace, 'spec');
  const finished = { ...namespace, spec };
  const isHeld = (namespace.metadata.finalizers ?? []).length > 0;
  if (!isHeld) store.remove('namespaces', finished);
  else if (finalizers !== undefined) store.put('namespaces', finished);
}
