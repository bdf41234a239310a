/** DaemonSets: one pod per node, and the sandbox has one node. */
import { nodeName } from '../bootstrap.ts';
import { fieldsAt, type KubeObject, textAt } from '../object.ts';
import { type Client, ownedBy } from './client.ts';
import { type ControllerStarter, reconciling } from './controller.ts';
import { isReady, podFrom, templateHash } from './pods.ts';
import { podsOf } from './replica-set.ts';

const revisionLabel = 'controller-revision-hash';

export const daemonSetController: ControllerStarter = reconciling({
  storage: 'daemonsets.apps',
  kind: 'DaemonSet',
  dependents: ['pods'],
  reconcile(client, set) {
    const revision = templateHash(fieldsAt(set, 'spec').template);
    const pods = podsOf(client, set);
    if (set.metadata.deletionTimestamp === undefined) {
      if (pods.length === 0) create(client, set, revision);
      const isManual = textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete';
      const old = pods.filter(
        (pod) => !isOf(revision, pod) && pod.metadata.deletionTimestamp === undefined,
      );
      if (!isManual) for (const pod of old) client.remove(pod);
    }
    report(client, set, revision);
  },
});

function isOf(revision: string, { metadata }: KubeObject): boolean {
  return metadata.labels?.[revisionLabel] === revision;
}

function create(client: Client, set: KubeObject, revision: string): void {
  const { name, namespace = '' } = set.metadata;
  const pod = podFrom(fieldsAt(set, 'spec', 'template'), { [revisionLabel]: revision });
  Object.assign(fieldsAt(pod, 'metadata'), {
    generateName: `${name}-`,
    namespace,
    ownerReferences: ownedBy(set),
  });
  Object.assign(fieldsAt(pod, 'spec'), { nodeName });
  client.create('pods', pod);
}

function report(client: Client, set: KubeObject, revision: string): void {
  const pods = podsOf(client, set);
  const ready = pods.filter(isReady).length;
  const updated = pods.filter((pod) => isOf(revision, pod)).length;
  client.changeStatus(set, {
    observedGeneration: set.metadata.generation ?? 0,
    desiredNumberScheduled: 1,
    currentNumberScheduled: Math.min(1, pods.length),
    updatedNumberScheduled: Math.min(1, updated),
    numberMisscheduled: 0,
    numberReady: ready,
    ...(ready > 0 ? { numberAvailable: ready } : { numberUnavailable: 1 }),
  });
}
