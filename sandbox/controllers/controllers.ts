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

/** Definitions come first: what they define has to be known to the others. */
const starters: readonly ControllerStarter[] = [
  definitionController,
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

/** Starts them on an empty cluster, so that they see every object from its creation on. */
export function startControllers(cluster: ClusterState): { readonly stop: () => void } {
  const controllers = starters.map((start) => start(cluster));
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
