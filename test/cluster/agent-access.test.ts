import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readAccess } from '#test/api/access.ts';
import { ApiClient } from '#test/api/client.ts';
import { assertEvent } from '#test/events.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { type AgentPlace, agentPlace, deployFolder } from './agent-access.ts';
import { Api } from './api.ts';
import { FleetRepo } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps, isObject } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

const skip = isReal ? false : 'needs access rules: npm run test:cluster';

let fleet: TestFleet;
let repo: FleetRepo;
let place: AgentPlace;

/** The sandbox does not enforce access rules. */
describe('the permissions of an agent', { skip }, () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'], controllers: true });
    repo = await FleetRepo.make();
    place = await agentPlace(fleet, 'member1', join(repo.directory, 'serviceaccount'));
  });
  after(async () => {
    await fleet?.close();
    await repo?.remove();
  });

  it('K54: has the permissions of its roles, and no others', async () => {
    const allowed = [
      'create deployments.apps',
      'delete services',
      'list namespaces',
      'update leases.coordination.k8s.io/regatta --namespace regatta-system',
      'watch leases.coordination.k8s.io/regatta --namespace regatta-system',
      'create events',
      'create events --namespace regatta-system',
    ];
    const denied = [
      'get secrets',
      'create daemonsets.apps',
      'get nodes',
      'create clusterrolebindings.rbac.authorization.k8s.io',
      'escalate clusterroles.rbac.authorization.k8s.io',
      'create customresourcedefinitions.apiextensions.k8s.io',
      'create serviceaccounts --subresource=token',
      'create pods --subresource=exec',
      'impersonate users',
      'update deployments.apps',
      'update leases.coordination.k8s.io/other --namespace regatta-system',
      'delete leases.coordination.k8s.io/regatta --namespace regatta-system',
      'get leases.coordination.k8s.io/regatta',
      'list events',
      'delete events',
    ];
    for (const words of allowed) assert.equal(canI(words), 'yes', words);
    for (const words of denied) assert.equal(canI(words), 'no', words);
  });

  it('reports the objects that its roles forbid, and applies the others', async () => {
    await repo.push({
      'rendered/member1/a.yaml': configMap('a', '1'),
      'rendered/member1/p.yaml': priority,
    });
    const first = await once();
    assert.equal(first.status, 1);
    const failed = first.events.find(isObject('member1', priorityKey, 'failed'));
    const message = /regatta-agent.* cannot list resource .*priorityclasses/;
    assertEvent([failed], { type: 'object', message });
    const api = new Api(fleet.kubeconfig, 'member1');
    assert.ok(await api.get(`${configMaps}/a`));
    api.close();
  });

  it('gets the permissions of roles with the aggregation label', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'more', labels: { 'regatta.dev/aggregate-to-agent': 'true' } },
      rules: [
        {
          apiGroups: ['scheduling.k8s.io'],
          resources: ['priorityclasses'],
          verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
        },
      ],
    };
    kubectl(['apply', '-f', '-'], JSON.stringify(role));
    await until(
      'the role to be taken in',
      async () => canI('list priorityclasses.scheduling.k8s.io') === 'yes',
    );
    assert.equal((await once()).status, 0);
  });

  it('runs the agent’s Deployment under the Pod Security level of its namespace', async () => {
    const output = kubectl(['apply', '-f', join(deployFolder, '3-agent.yaml')]);
    assert.doesNotMatch(output, /Warning/);
    const syncer = ['-f', join(deployFolder, 'sync/syncer.yaml')];
    assert.doesNotMatch(kubectl(['apply', '--dry-run=server', ...syncer]), /Warning/);
    const pods = '/api/v1/namespaces/regatta-system/pods';
    const api = new Api(fleet.kubeconfig, 'member1');
    await until('a pod of the agent', async () => (await api.list(pods)).length === 1);
    api.close();
  });

  it('keeps some namespaces in their desired state without access to the others', async () => {
    kubectl(['delete', 'clusterrolebinding', 'regatta-agent']);
    const account = '--serviceaccount=regatta-system:regatta-agent';
    const role = ['rolebinding', 'regatta-agent', '--clusterrole=regatta-agent', account];
    kubectl(['create', ...role, '--namespace=default']);
    kubectl(['create', 'namespace', 'other']);
    await repo.push({
      'rendered/member1/p.yaml': undefined,
      'rendered/member1/b.yaml': configMap('b', '1'),
      'rendered/member1/o.yaml': configMap('o', '1', 'other'),
    });
    const flags = [...place.flags, ...own(), '--namespace', 'default', '--poll', '500ms'];
    const agent = new SyncerProcess(repo.url, flags, { command: 'agent', env: place.env });
    await agent.event(isObject('member1', '/ConfigMap/default/b', 'created'));
    const failed = await agent.event(isObject('member1', '/ConfigMap/other/o', 'failed'));
    assert.match(JSON.stringify(failed), /namespace other is not managed by this agent/);
    const api = new Api(fleet.kubeconfig, 'member1');
    await api.delete(`${configMaps}/b`);
    await agent.event(({ type }) => type === 'drift');
    assert.ok(await api.get(`${configMaps}/b`));
    api.close();
    assert.equal(await agent.stop('SIGTERM'), 0);
  });

  it('has no access without its token', async () => {
    const access = readAccess(fleet.kubeconfig, 'member1');
    const client = new ApiClient({ ...access, token: 'x' });
    assert.equal((await client.call({ path: configMaps })).status, 401);
    client.close();
  });
});

const priority = {
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'mine' },
  value: 10,
};
const priorityKey = 'scheduling.k8s.io/PriorityClass//mine';

function own(): readonly string[] {
  return ['--cluster', 'member1', '--state-dir', join(repo.directory, 'state')];
}

async function once() {
  const flags = [...place.flags, ...own(), '--once', '--timeout', '20s'];
  const agent = new SyncerProcess(repo.url, flags, { command: 'agent', env: place.env });
  return { status: await agent.ended, events: agent.events };
}

/** @param words - a verb and a resource, such as `get pods` */
function canI(words: string): string {
  const as = ['--as', 'system:serviceaccount:regatta-system:regatta-agent'];
  const context = ['--kubeconfig', fleet.kubeconfig, '--context', 'member1'];
  const args = [...context, 'auth', 'can-i', ...as, '-n', 'default', ...words.split(' ')];
  return spawnSync(fleet.kubectl, args, { encoding: 'utf8' }).stdout.trim();
}

/** Returns the output of kubectl, with its warnings. */
function kubectl(args: readonly string[], input = ''): string {
  const context = ['--kubeconfig', fleet.kubeconfig, '--context', 'member1'];
  const { status, stdout, stderr } = spawnSync(fleet.kubectl, [...context, ...args], {
    encoding: 'utf8',
    input,
  });
  assert.equal(status, 0, stderr);
  return stdout + stderr;
}
