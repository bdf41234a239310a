/** All controllers of one cluster. */
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

/** What a real API server runs by itself. */
const serverStarters: readonly ControllerStarter[] = [definitionController];

/** Definitions come first: what they define has to be known to the others. */
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

export interface RunningControllers {
  readonly stop: () => void;
}

/** Starts them on an empty cluster, so that they see every object from its creation on. */
export function startControllers(cluster: ClusterState): RunningControllers {
  return start(cluster, starters);
}

/** As `startControllers`, for an API server that has nothing beside it. */
export function startServerControllers(cluster: ClusterState): RunningControllers {
  return start(cluster, serverStarters);
}

function start(cluster: ClusterState, wanted: readonly ControllerStarter[]): RunningControllers {
  const controllers = wanted.map((starter) => starter(cluster));
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
