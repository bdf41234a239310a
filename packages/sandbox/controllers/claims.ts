/**
 * PersistentVolumeClaims: removes the protection finalizer of a deleted claim, because the sandbox
 * has no volumes.
 */
import { controllerClient } from './client.ts';
import type { ControllerStarter } from './controller.ts';
import { WorkQueue } from './work-queue.ts';

const protection = 'kubernetes.io/pvc-protection';

export const claimController: ControllerStarter = (cluster) => {
  const client = controllerClient(cluster, 'kube-controller-manager');
  const queue = new WorkQueue((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const claim = client.get('persistentvolumeclaims', namespace, name);
    if (!claim?.metadata.finalizers?.includes(protection)) return;
    client.change(claim, ({ metadata }) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((one) => one !== protection);
    });
  });
  return {
    onChange: ({ resource, object: { metadata } }) => {
      if (resource !== 'persistentvolumeclaims' || metadata.deletionTimestamp === undefined) return;
      queue.add(`${metadata.namespace}/${metadata.name}`);
    },
    stop: () => queue.stop(),
  };
};
