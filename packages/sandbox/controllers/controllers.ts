/** The list of controllers in a cluster. */
import type { ClusterState } from '../api/state.ts';
import { claimController } from './claims.ts';
import type { ControllerStarter } from './controller.ts';
import { daemonSetController } from './daemon-set.ts';
import { definitionController } from './definitions.ts';
import { deploymentController } from './deployment.ts';
import { garbageCollector } from './garbage.ts';
import { jobController } from './job.ts';
import { kubelet } from './kubelet.ts';
import { namespaceController } from './namespaces.ts';
import { replicaSetController } from './replica-set.ts';
import { statefulSetController } from './stateful-set.ts';

/** Controllers that a real API server runs in its own process. */
const serverStarters: readonly ControllerStarter[] = [definitionController];

/** The definition controller is first, so that the others find the kinds that CRDs define. */
const starters: readonly ControllerStarter[] = [
  ...serverStarters,
  namespaceController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  jobController,
  claimController,
  kubelet,
  garbageCollector,
];

/** The controllers of one cluster. */
export interface RunningControllers {
  readonly stop: () => void;
}

/**
 * Starts all controllers; the cluster must be empty, so that they see the creation of every object.
 */
export function startControllers(cluster: ClusterState): RunningControllers {
  return start(cluster, starters);
}

/** Starts only the controllers of the API server: no workload becomes ready. */
export function startServerControllers(cluster: ClusterState): RunningControllers {
  return start(cluster, serverStarters);
}

function start(cluster: ClusterState, selected: readonly ControllerStarter[]): RunningControllers {
  const controllers = selected.map((starter) => starter(cluster));
  const unsubscribe = cluster.store.subscribe((change) => {
    for (const controller of controllers) controller.onChange(change);
  });
  return {
    stop: () => {
      unsubscribe();
      for (const controller of controllers) controller.stop();
    },
  };
}
