/** What a controller is: a reaction to changes of the store. */
import type { ClusterState } from '../api/state.ts';
import type { KubeObject } from '../object.ts';
import type { Change } from '../store/store.ts';
import { type Client, controllerClient, controllerOf } from './client.ts';
import { type WorkQueue, workQueue } from './work-queue.ts';

export interface Controller {
  /** Called within each write: it only takes note. */
  readonly onChange: (change: Change) => void;
  readonly stop: () => void;
}

/** Starts a controller on a cluster whose other controllers may not have started yet. */
export type ControllerStarter = (cluster: ClusterState) => Controller;

export interface Reconciler {
  /** `plural.group` of what is reconciled. */
  readonly storage: string;
  /** Kinds that owners of this type make, as `plural.group`: their changes wake the owner. */
  readonly dependents: readonly string[];
  readonly kind: string;
  readonly reconcile: (client: Client, object: KubeObject, queue: WorkQueue) => void;
}

/** A controller that looks at one object at a time, whenever it or one of its dependents changes. */
export function reconciling(reconciler: Reconciler): ControllerStarter {
  const { storage, dependents, kind, reconcile } = reconciler;
  return (cluster) => {
    const client = controllerClient(cluster, 'kube-controller-manager');
    const queue = workQueue((key) => {
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
    return { onChange, stop: queue.stop };
  };
}
