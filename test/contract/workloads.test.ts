import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type Body, ok } from '#test/api/reading.ts';
import { until } from '#test/until.ts';
import { useMember } from './member.ts';
import { deployment, deployments, podTemplate } from './objects.ts';

const image = 'registry.example/web:1.0';

describe('workloads', () => {
  const member = useMember({ controllers: true });

  it('makes a Deployment ready through a ReplicaSet and pods', async () => {
    const namespace = await member.namespace();
    ok(await member.create(deployments(namespace), deployment('web', { replicas: 2 })));
    const live = await ready(`${deployments(namespace)}/web`, 2);
    const { conditions: _, ...status } = live.status as Record<string, unknown>;
    assert.deepEqual(status, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
    });
    assert.equal(conditionOf(live, 'Available'), 'True MinimumReplicasAvailable');
    assert.equal(conditionOf(live, 'Progressing'), 'True NewReplicaSetAvailable');
    assert.equal(at(live, 'metadata.annotations', 'deployment.kubernetes.io/revision'), '1');

    const [set] = await items(`/apis/apps/v1/namespaces/${namespace}/replicasets`);
    const hash = at(set, 'metadata.labels', 'pod-template-hash');
    assert.equal(at(set, 'metadata.name'), `web-${hash}`);
    assert.equal(at(set, 'metadata.ownerReferences.0.uid'), at(live, 'metadata.uid'));
    const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
    assert.equal(pods.length, 2);
    for (const pod of pods) {
      assert.match(String(at(pod, 'metadata.name')), new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
      assert.equal(at(pod, 'metadata.ownerReferences.0.uid'), at(set, 'metadata.uid'));
      assert.equal(at(pod, 'status.phase'), 'Running');
      assert.equal(at(pod, 'status.containerStatuses.0.ready'), true);
      assert.equal(conditionOf(pod, 'Ready')?.split(' ')[0], 'True');
      assert.ok(at(pod, 'spec.nodeName'));
    }
  });

  it('rolls a new template out as a new ReplicaSet', async () => {
    const namespace = await member.namespace();
    const web = `${deployments(namespace)}/web`;
    ok(await member.apply(web, 'gitops', deployment('web', { replicas: 2 })));
    await ready(web, 2);
    const containers = [{ name: 'main', image: 'registry.example/web:2.0' }];
    const changed = deployment('web', { replicas: 2, template: podTemplate('web', containers) });
    ok(await member.apply(web, 'gitops', changed));
    const live = await ready(web, 2);
    assert.equal(at(live, 'metadata.generation'), 2);
    assert.equal(at(live, 'metadata.annotations', 'deployment.kubernetes.io/revision'), '2');
    const sets = await items(`/apis/apps/v1/namespaces/${namespace}/replicasets`);
    assert.deepEqual(sets.map((set) => at(set, 'spec.replicas')).toSorted(), [0, 2]);
    await until('only the new pods to remain', async () => {
      const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
      const images = pods.map((pod) => at(pod, 'spec.containers.0.image'));
      return images.every((one) => one === 'registry.example/web:2.0');
    });
  });

  it('scales a Deployment without a generation change by the controllers', async () => {
    const namespace = await member.namespace();
    const web = `${deployments(namespace)}/web`;
    ok(await member.apply(web, 'gitops', deployment('web')));
    await ready(web, 1);
    ok(await member.patch(`${web}/scale`, 'merge', { spec: { replicas: 3 } }));
    const live = await ready(web, 3);
    assert.equal(at(live, 'metadata.generation'), 2);
    ok(await member.patch(`${web}/scale`, 'merge', { spec: { replicas: 0 } }));
    await until('the pods to be gone', async () => {
      const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
      return pods.length === 0;
    });
  });

  it('changes nothing when a manager applies the same workload again', async () => {
    const web = `${deployments(await member.namespace())}/web`;
    ok(await member.apply(web, 'gitops', deployment('web')));
    await ready(web, 1);
    const live = await settled(web);
    const again = ok(await member.apply(web, 'gitops', deployment('web')));
    assert.equal(at(again, 'metadata.resourceVersion'), at(live, 'metadata.resourceVersion'));
  });

  it('keeps a Deployment unavailable while its pod is not ready', async () => {
    const web = `${deployments(await member.namespace())}/web`;
    const labels = { app: 'web', 'testbed/never-ready': 'true' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
    ok(await member.create(web.slice(0, -4), deployment('web', { template })));
    const live = await until('the Deployment to be observed', async () => {
      const { body } = await member.get(web);
      return at(body, 'status.unavailableReplicas') === 1 ? body : undefined;
    });
    assert.equal(at(live, 'status.readyReplicas'), undefined);
    await until('the condition Available to be False', async () => {
      const { body } = await member.get(web);
      return conditionOf(body, 'Available') === 'False MinimumReplicasUnavailable';
    });
  });

  it('deletes the pods of a deleted Deployment', async () => {
    const namespace = await member.namespace();
    const web = `${deployments(namespace)}/web`;
    ok(await member.create(deployments(namespace), deployment('web')));
    await ready(web, 1);
    ok(await member.delete(web, { propagationPolicy: 'Foreground' }));
    await member.gone(web);
    assert.deepEqual(await items(`/apis/apps/v1/namespaces/${namespace}/replicasets`), []);
    await until('the pods to be gone', async () => {
      const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
      return pods.length === 0;
    });
  });

  it('replaces a deleted pod', async () => {
    const namespace = await member.namespace();
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    ok(await member.create(deployments(namespace), deployment('web')));
    await ready(`${deployments(namespace)}/web`, 1);
    const [first] = await items(pods);
    ok(await member.delete(`${pods}/${at(first, 'metadata.name')}`));
    await until('a replacement pod to exist', async () => {
      const uids = (await items(pods)).map((pod) => at(pod, 'metadata.uid'));
      return uids.length === 1 && uids[0] !== at(first, 'metadata.uid');
    });
  });

  it('makes StatefulSets and DaemonSets ready and completes Jobs', async () => {
    const namespace = await member.namespace();
    const base = deployment('web') as { readonly spec: Record<string, unknown> };
    const { replicas: _, ...spec } = base.spec;
    const apps = `/apis/apps/v1/namespaces/${namespace}`;
    const set = {
      ...base,
      kind: 'StatefulSet',
      spec: { ...spec, serviceName: 'web', replicas: 2 },
    };
    ok(await member.create(`${apps}/statefulsets`, set));
    const daemon = { ...base, kind: 'DaemonSet', metadata: { name: 'agent' }, spec };
    ok(await member.create(`${apps}/daemonsets`, daemon));
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'work' },
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } },
      },
    };
    ok(await member.create(`/apis/batch/v1/namespaces/${namespace}/jobs`, job));
    await until('the StatefulSet to be ready', async () => {
      const { body } = await member.get(`${apps}/statefulsets/web`);
      return at(body, 'status.readyReplicas') === 2 && at(body, 'status.observedGeneration') === 1;
    });
    const pods = await items(`/api/v1/namespaces/${namespace}/pods`);
    const names = pods.map((pod) => String(at(pod, 'metadata.name')));
    assert.deepEqual(names.filter((name) => name.startsWith('web-')).toSorted(), [
      'web-0',
      'web-1',
    ]);
    await until('the DaemonSet to be ready', async () => {
      const { body } = await member.get(`${apps}/daemonsets/agent`);
      const desired = at(body, 'status.desiredNumberScheduled');
      return Number(desired) >= 1 && at(body, 'status.numberReady') === desired;
    });
    const done = await until('the Job to complete', async () => {
      const { body } = await member.get(`/apis/batch/v1/namespaces/${namespace}/jobs/work`);
      return at(body, 'status.succeeded') === 1 && conditionOf(body, 'Complete') ? body : undefined;
    });
    assert.match(String(conditionOf(done, 'Complete')), /^True/);
  });

  /** Waits until the Deployment is up to date and available, and returns it. */
  async function ready(path: string, replicas: number): Promise<Body> {
    return until(`${path} to be ready`, async () => {
      const live = ok(await member.get(path));
      const { observedGeneration, ...status } = live.status as Record<string, unknown>;
      const isReady =
        observedGeneration === at(live, 'metadata.generation') &&
        ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'].every(
          (field) => status[field] === replicas,
        ) &&
        conditionOf(live, 'Progressing') === 'True NewReplicaSetAvailable';
      return isReady ? live : undefined;
    });
  }

  /** Waits until two consecutive reads return the same resourceVersion, and returns the object. */
  async function settled(path: string): Promise<Body> {
    let last: unknown;
    return until(`${path} to settle`, async () => {
      const live = ok(await member.get(path));
      const version = at(live, 'metadata.resourceVersion');
      const isSame = version === last;
      last = version;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return isSame ? live : undefined;
    });
  }

  async function items(path: string): Promise<readonly unknown[]> {
    return ok(await member.get(path)).items as readonly unknown[];
  }
});

/** Returns status and reason of a condition. */
function conditionOf(object: unknown, type: string): string | undefined {
  const conditions = (at(object, 'status.conditions') ?? []) as readonly unknown[];
  const found = conditions.find((condition) => at(condition, 'type') === type);
  if (found === undefined) return undefined;
  const reason = at(found, 'reason');
  return reason === undefined ? String(at(found, 'status')) : `${at(found, 'status')} ${reason}`;
}
