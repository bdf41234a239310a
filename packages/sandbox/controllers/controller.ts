/** Controllers, which react to changes in the store. */
import type { ClusterState } from '../api/state.ts';
import type { KubeObject } from '../object.ts';
import type { Change } from '../store/store.ts';
import { type Client, controllerClient, controllerOf } from './client.ts';
import { WorkQueue } from './work-queue.ts';

/** A running controller. */
export interface Controller {
  /** Called inside each write, so it must only enqueue work. */
  readonly onChange: (change: Change) => void;
  readonly stop: () => void;
}

/** Starts a controller on a cluster whose other controllers may not have started yet. */
export type ControllerStarter = (cluster: ClusterState) => Controller;

/** What a controller reconciles, and how. */
export interface Reconciler {
  /** Storage key of the reconciled type: `plural.group`. */
  readonly storage: string;
  /**
   * Storage keys of the types that owners create; a change to such an object enqueues its owner.
   */
  readonly dependents: readonly string[];
  readonly kind: string;
  readonly reconcile: (client: Client, object: KubeObject, queue: WorkQueue) => void;
}

/** Returns a controller that reconciles an object after each change to it or to its dependents. */
export function reconciling(reconciler: Reconciler): ControllerStarter {
  const { storage, dependents, kind, reconcile } = reconciler;
  return (cluster) => {
    const client = controllerClient(cluster, 'kube-controller-manager');
    const queue = new WorkQueue((key) => {
      const [namespace = '', name = ''] = key.split('/');
      const object = client.get(storage, namespace, name);
      if (object !== undefined) reconcile(client, object, queue);
    });
    const onChange = ({ resource, object }: Change): void => {
      const { namespace = '', name } = object.metadata;
      if (resource === storage) queue.add(`${namespace}/${name}`);
      if (!dependents.includes(resource)) return;
      const owner = controllerOf(object);
      if (owner?.kind === kind) queue.add(`${namespace}/${owner.name}`);
    };
    return { onChange, stop: () => queue.stop() };
  };
}
