import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SyncStatus } from '#syncer/status/status.ts';
import { assertEvent } from '#test/events.ts';
import { configMap, deployment } from './objects.ts';
import { configMaps, deployments, onBoth, Scenario } from './scenario.ts';

let scenario: Scenario;

/** A Service that gets no address, because these clusters have no load balancer. */
const loadBalancer = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name: 'late' },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
};

async function statusOf(cluster: string, exit: number): Promise<SyncStatus> {
  const { status, text } = await scenario.regatta('status', '-o', 'json', '--timeout', '5s');
  assert.equal(status, exit, text);
  const statuses: readonly SyncStatus[] = JSON.parse(text);
  const found = statuses.find((one) => one.cluster === cluster);
  assert.ok(found, text);
  return found;
}

describe('regatta status', () => {
  let commit = '';

  before(async () => {
    scenario = await Scenario.open();
    commit = await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('default/deployment_web.json', deployment('web', 1, 'web:1')),
    });
  });
  after(() => scenario?.close());

  it('reports that nothing is applied before a syncer has run', async () => {
    const { sync, pending, unready, applied } = await statusOf('member1', 1);
    assert.deepEqual([sync, pending.length, applied], ['behind', 2, '']);
    assert.deepEqual([...new Set(unready.map((one) => one.status))], ['NotFound']);
  });

  it('reports every cluster as synced, and exits with 0', async () => {
    assert.equal((await scenario.once()).status, 0);
    const status = await statusOf('member2', 0);
    const { sync, desired, applied, objects, ready } = status;
    assert.deepEqual([sync, desired, applied, objects, ready], ['synced', commit, commit, 2, 2]);
    const { text } = await scenario.regatta('status');
    assert.match(text, /^member1 +synced +[0-9a-f]{12} +[0-9a-f]{12} +2\/2 +0 +0 +0 +0$/m);
  });

  it('names the syncer that holds the Lease of a cluster', async () => {
    assert.equal((await statusOf('member1', 0)).holder, undefined);
    const syncer = await scenario.start();
    await syncer.event(({ type }) => type === 'synced');
    const { holder } = await statusOf('member1', 0);
    assert.match(holder?.name ?? '', new RegExp(`_${syncer.pid}_[0-9a-f]{8}_member1$`));
    assert.ok(Math.abs(Date.now() - Date.parse(holder?.renewed ?? '')) < 120_000);
    const { text } = await scenario.regatta('status', '-o', 'wide');
    assert.match(text, /^member1: synced by \S+_member1, which renewed its lease at 20\d\d-/m);
    assert.equal(await syncer.stop('SIGTERM'), 0);
    assert.equal((await statusOf('member1', 0)).holder, undefined);
  });

  it('reports drift, pending changes, held deletions and objects that are not ready', async () => {
    await scenario.member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: '2' } });
    const settings = { spec: { deletionBudget: { kinds: { Deployment: 0 } } } };
    await scenario.repo.push({
      'regatta.yaml': JSON.stringify(settings),
      'rendered/member1/default/deployment_web.json': undefined,
      'rendered/member1/default/configmap_b.json': configMap('b', '1'),
    });
    const { drift, pending, held, unready, applied, sync } = await statusOf('member1', 3);
    assert.deepEqual([sync, applied], ['behind', commit]);
    assert.deepEqual(
      drift.map(({ key, changes }) => [key, changes[0]?.manager, changes[0]?.path]),
      [['/ConfigMap/default/a', 'kubectl-edit', '.data.value']],
    );
    assert.deepEqual(
      pending.map(({ key }) => key),
      ['/ConfigMap/default/b'],
    );
    assert.match(held[0]?.message ?? '', /^1 of 1 objects of kind Deployment in 24 h, allowed 0/);
    assert.deepEqual(
      unready.map(({ key, status }) => [key, status]),
      [['/ConfigMap/default/b', 'NotFound']],
    );
    const { text } = await scenario.regatta('status', '-o', 'wide');
    assert.match(text, /^member1: ConfigMap default\/a has drifted$/m);
    assert.ok(await scenario.member1.get(`${deployments}/web`), 'it has written nothing');
  });

  it('reports why the API server rejects an object', async () => {
    const wrong = { ...configMap('wrong', '1'), data: { value: 1 } };
    await scenario.repo.push({ 'rendered/member1/default/configmap_wrong.json': wrong });
    // The previous step's deletion is still held.
    const { pending } = await statusOf('member1', 3);
    const found = pending.find(({ key }) => key === '/ConfigMap/default/wrong');
    assert.match(found?.message ?? '', /^is not applied: .*data/);
    await scenario.repo.push({ 'rendered/member1/default/configmap_wrong.json': undefined });
  });

  it('reports an object as failed when its progress deadline has passed, as the syncer does', async () => {
    const settings = { spec: { sync: { health: { progressDeadline: '1s' } } } };
    await scenario.repo.push({
      'regatta.yaml': JSON.stringify(settings),
      'rendered/member1/default/service_late.json': loadBalancer,
    });
    const { status, events } = await scenario.once();
    const { unready } = await statusOf('member1', 1);
    await scenario.repo.push({ 'rendered/member1/default/service_late.json': undefined });
    const text = JSON.stringify(events);
    assert.equal(status, 1, text);
    const message = /made no progress for 1s: has no load balancer yet/;
    assertEvent(events, { type: 'health', key: /Service\/default\/late/, message });
    assert.deepEqual(
      unready.map(({ key, status }) => [key, status]),
      [['/Service/default/late', 'Failed']],
    );
    // An API server that has just started may also warn about the Service’s address.
    assert.match(
      unready[0]?.message ?? '',
      /^made no progress for 1s: has no load balancer yet(; Service late warns: ClusterIPNotAllocated: .*)?$/,
    );
  });

  it('prints a row for a cluster that does not answer, and exits with 2', async () => {
    await scenario.repo.push({ 'regatta.yaml': undefined });
    assert.equal((await scenario.once()).status, 0);
    await scenario.fleet.pause('member2');
    const status = await statusOf('member2', 2);
    assert.equal(status.sync, 'unknown');
    assert.notEqual(status.error, '');
    assert.ok(Math.abs(Date.now() - Date.parse(status.lastSeen ?? '')) < 120_000, status.lastSeen);
    const { text } = await scenario.regatta('status', '--timeout', '5s');
    assert.match(text, /^member2: .*; last seen at 20\d\d-/m);
    assert.equal((await statusOf('member1', 2)).sync, 'synced');
    await scenario.fleet.resume('member2');
  });

  it('exits with 2 when the repository can’t be read', async () => {
    const { status, text } = await scenario.regatta('status', '--branch', 'none');
    assert.equal(status, 2, text);
  });
});
