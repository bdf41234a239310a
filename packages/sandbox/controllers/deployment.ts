/**
 * Deployments: one ReplicaSet per template, and rolling updates within maxSurge and maxUnavailable.
 */
import { type Fields, fieldsAt, type KubeObject, numberAt, textAt, valueAt } from '../object.ts';
import { type Client, isControlledBy, ownedBy } from './client.ts';
import { type ControllerStarter, reconciling } from './controller.ts';
import { reportDeployment } from './deployment-status.ts';
import { recordEvent } from './events.ts';
import { templateHash } from './pods.ts';
import { planRollout, type Rollout } from './rollout.ts';

const storage = 'replicasets.apps';
const revisionKey = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';
const component = 'deployment-controller';

export const deploymentController: ControllerStarter = reconciling({
  storage: 'deployments.apps',
  kind: 'Deployment',
  dependents: [storage],
  reconcile(client, deployment, queue) {
    if (deployment.metadata.deletionTimestamp !== undefined) return;
    const isPaused = valueAt(deployment, 'spec', 'paused') === true;
    const current =
      currentSet(client, deployment) ?? (isPaused ? undefined : createSet(client, deployment));
    const rollout = (): Rollout => ({
      deployment,
      current:
        current && client.get(storage, current.metadata.namespace ?? '', current.metadata.name),
      old: setsOf(client, deployment).filter((set) => set.metadata.uid !== current?.metadata.uid),
    });
    for (const { set, replicas } of planRollout(rollout()))
      resize(client, deployment, { set, replicas });
    dropHistory(client, rollout());
    reportDeployment(client, rollout(), { queue, revisionKey });
  },
});

function setsOf(client: Client, deployment: KubeObject): KubeObject[] {
  return client
    .list(storage, deployment.metadata.namespace)
    .filter((set) => isControlledBy(set, deployment));
}

function hashOf(deployment: KubeObject): string {
  return templateHash(valueAt(deployment, 'spec', 'template'));
}

function currentSet(client: Client, deployment: KubeObject): KubeObject | undefined {
  const hash = hashOf(deployment);
  const set = setsOf(client, deployment).find(
    ({ metadata }) => metadata.labels?.[hashLabel] === hash,
  );
  const latest = latestRevision(client, deployment);
  if (set === undefined || revisionOf(set) === latest) return set;
  // This is a rollback: the old ReplicaSet becomes the newest revision.
  return client.change(set, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [revisionKey]: `${latest + 1}` };
  });
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionKey] ?? 0);
}

function latestRevision(client: Client, deployment: KubeObject): number {
  return Math.max(0, ...setsOf(client, deployment).map(revisionOf));
}

function createSet(client: Client, deployment: KubeObject): KubeObject {
  const { name, namespace = '' } = deployment.metadata;
  const hash = hashOf(deployment);
  const spec = fieldsAt(deployment, 'spec');
  const template = structuredClone(fieldsAt(spec, 'template'));
  const labels: Fields = { ...fieldsAt(template, 'metadata', 'labels'), [hashLabel]: hash };
  template.metadata = { ...fieldsAt(template, 'metadata'), labels };
  const selector = fieldsAt(spec, 'selector');
  const matchLabels = { ...fieldsAt(selector, 'matchLabels'), [hashLabel]: hash };
  return client.create(storage, {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        [revisionKey]: `${latestRevision(client, deployment) + 1}`,
        'deployment.kubernetes.io/desired-replicas': `${numberAt(spec, 'replicas') ?? 1}`,
      },
      ownerReferences: ownedBy(deployment),
    },
    spec: {
      replicas: 0,
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...selector, matchLabels },
      template,
    },
  });
}

function resize(
  client: Client,
  deployment: KubeObject,
  { set, replicas }: { readonly set: KubeObject; readonly replicas: number },
): void {
  const before = numberAt(set, 'spec', 'replicas') ?? 0;
  client.change(set, (copy) => {
    copy.spec = { ...fieldsAt(copy, 'spec'), replicas };
  });
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  recordEvent(client, deployment, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message,
    component,
  });
}

/** Removes the oldest idle ReplicaSets beyond the revision history limit. */
function dropHistory(client: Client, { deployment, old }: Rollout): void {
  const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10;
  const idle = old.filter(
    (set) =>
      numberAt(set, 'spec', 'replicas') === 0 && (numberAt(set, 'status', 'replicas') ?? 0) === 0,
  );
  const surplus = idle
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, idle.length - limit));
  for (const set of surplus) {
    if (textAt(set, 'metadata', 'deletionTimestamp') === undefined) client.remove(set);
  }
}
