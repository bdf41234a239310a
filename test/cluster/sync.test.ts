import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertEvent } from '#test/events.ts';
import { isReal } from '#test/fleet.ts';
import type { Api } from './api.ts';
import { configMap, deployment, namespace, widget, widgetDefinition } from './objects.ts';
import {
  configMaps,
  deployments,
  inventoryOf,
  inventoryPath,
  isObject,
  onBoth,
  replicasOf,
  Scenario,
} from './scenario.ts';

const partOf = 'applyset.kubernetes.io/part-of';

let scenario: Scenario;
let repo: Scenario['repo'];
let member1: Api;
let member2: Api;

/** Each step starts from the fleet and the repository as the previous step left them. */
describe('regatta sync', () => {
  before(async () => {
    scenario = await Scenario.open();
    ({ repo, member1, member2 } = scenario);
  });
  after(() => scenario?.close());

  it('applies the first commit to both members, waits until all objects are ready, and exits with 0', async () => {
    await repo.push({
      ...onBoth('default/deployment.apps_web.json', deployment('web', 2, 'web:1')),
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('_cluster/namespace_shop.json', namespace('shop')),
      ...onBoth('shop/configmap_b.json', configMap('b', '1', 'shop')),
    });
    const { status, events } = await scenario.once();
    assert.equal(status, 0);
    for (const api of [member1, member2]) {
      assert.equal(replicasOf(await api.get(`${deployments}/web`)), 2);
      assert.ok(await api.get('/api/v1/namespaces/shop/configmaps/b'));
    }
    const ready = events.filter((event) => event.type === 'health' && event.status === 'Current');
    assert.ok(ready.length >= 2, 'both Deployments became ready');
  });

  it('keeps an ApplySet inventory in each member', async () => {
    const parent = await member1.get(inventoryPath);
    const id = parent?.metadata.labels?.['applyset.kubernetes.io/id'];
    assert.match(id ?? '', /^applyset-[A-Za-z0-9_-]{43}-v1$/);
    assert.equal((await member1.get(`${configMaps}/a`))?.metadata.labels?.[partOf], id);
    assert.deepEqual(await inventoryOf(member1), [
      '/ConfigMap/default/a',
      '/ConfigMap/shop/b',
      '/Namespace//shop',
      'apps/Deployment/default/web',
    ]);
  });

  it('writes nothing when a commit does not change the rendered directories', async () => {
    const before = await versions();
    await repo.push({ 'README.md': 'hello' });
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await versions(), before);
  });

  it('applies a new commit', async () => {
    await scenario.start();
    await repo.push({ 'rendered/member1/default/configmap_a.json': configMap('a', '2') });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'configured'));
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '2' });
    assert.deepEqual((await member2.get(`${configMaps}/a`))?.data, { value: '1' });
  });

  it('reports the manager and the field of drift, and corrects it at once', async () => {
    scenario.syncer.forgetEvents();
    await member1.edit(`${deployments}/web`, 'kubectl-edit', { spec: { replicas: 5 } });
    const edited = Date.now();
    const event = await scenario.syncer.event(({ type }) => type === 'drift');
    // On the sandbox, the load of the machine decides how long that takes.
    if (isReal) assert.ok(Date.now() - edited < 3000, 'within three seconds');
    assert.ok(event.type === 'drift');
    const [change, ...others] = event.changes;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [event.cluster, event.key, change?.path, change?.desired, change?.live, change?.manager],
      ['member1', 'apps/Deployment/default/web', '.spec.replicas', 2, 5, 'kubectl-edit'],
    );
    assert.equal(replicasOf(await member1.get(`${deployments}/web`)), 2);
  });

  it('does not correct replicas that an autoscaler sets', async () => {
    const file = 'rendered/member1/default/deployment.apps_auto.json';
    const key = 'apps/Deployment/default/auto';
    const label = { 'resourcetemplate.karmada.io/retain-replicas': 'true' };
    await repo.push({ [file]: deployment('auto', 2, 'auto:1', label) });
    await scenario.syncer.event(isObject('member1', key, 'created'));
    scenario.syncer.forgetEvents();
    await member1.edit(`${deployments}/auto`, 'autoscaler', { spec: { replicas: 5 } });
    await repo.push({ [file]: deployment('auto', 2, 'auto:2', label) });
    await scenario.syncer.event(isObject('member1', key, 'configured'));
    const live = await member1.get(`${deployments}/auto`);
    assert.equal(replicasOf(live), 5);
    assert.match(JSON.stringify(live?.['spec']), /auto:2/);
    assert.deepEqual(
      scenario.syncer.events.filter(({ type }) => type === 'drift'),
      [],
    );
    await repo.push({ [file]: undefined });
    await scenario.syncer.event(isObject('member1', key, 'pruned'));
  });

  it('creates an object again that was deleted by hand', async () => {
    scenario.syncer.forgetEvents();
    await member1.delete(`${configMaps}/a`);
    await scenario.syncer.event((event) => event.type === 'drift' && event.deleted);
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '2' });
  });

  it('does not report status and fields of other managers as drift', async () => {
    scenario.syncer.forgetEvents();
    await member1.edit(`${configMaps}/a`, 'another-manager', {
      metadata: { annotations: { note: 'x' } },
    });
    await repo.push({ 'rendered/member1/default/configmap_c.json': configMap('c', '1') });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/c', 'created'));
    assert.deepEqual(
      scenario.syncer.events.filter(({ type }) => type === 'drift'),
      [],
    );
  });

  it('prunes only objects that left Git', async () => {
    await member1.apply(`${configMaps}/foreign`, 'another-manager', configMap('foreign', 'theirs'));
    await repo.push({ 'rendered/member1/default/configmap_c.json': undefined });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/c', 'pruned'));
    assert.equal(await member1.get(`${configMaps}/c`), undefined);
    assert.ok(await member1.get(`${configMaps}/foreign`));
  });

  it('does not take over an object of another manager', async () => {
    await repo.push({ 'rendered/member1/default/configmap_f.json': configMap('foreign', 'ours') });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/foreign', 'refused'));
    assert.deepEqual((await member1.get(`${configMaps}/foreign`))?.data, { value: 'theirs' });
    await repo.push({ 'rendered/member1/default/configmap_f.json': undefined });
    await scenario.syncer.event((event) => event.type === 'synced' && event.cluster === 'member1');
    assert.deepEqual((await member1.get(`${configMaps}/foreign`))?.data, { value: 'theirs' });
  });

  it('applies a CustomResourceDefinition and its objects from one commit', async () => {
    await repo.push({
      'rendered/member1/_cluster/crd.json': widgetDefinition,
      'rendered/member1/default/widget_w.json': widget('w', 1),
    });
    await scenario.syncer.event(
      isObject('member1', 'test.regatta.dev/Widget/default/w', 'created'),
    );
    scenario.syncer.forgetEvents();
    const path = '/apis/test.regatta.dev/v1/namespaces/default/widgets/w';
    await member1.edit(path, 'kubectl-edit', { spec: { size: 9 } });
    await scenario.syncer.event(({ type }) => type === 'drift');
    assert.deepEqual((await member1.get(path))?.spec, { size: 1 });
  });

  it('syncs one member while the other is down, and the other when it is back', async () => {
    scenario.syncer.forgetEvents();
    await scenario.fleet.stop('member2');
    await scenario.syncer.event((event) => event.type === 'trouble' && event.cluster === 'member2');
    await repo.push(onBoth('default/configmap_a.json', configMap('a', '3')));
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'configured'));
    await scenario.fleet.start('member2');
    await scenario.syncer.event(isObject('member2', '/ConfigMap/default/a', 'configured'), 40_000);
    assert.deepEqual((await member2.get(`${configMaps}/a`))?.data, { value: '3' });
  });

  it('is not delayed by a member that accepts connections and never answers', async () => {
    await scenario.fleet.pause('member2');
    try {
      await repo.push(onBoth('default/configmap_d.json', configMap('d', '1')));
      await scenario.syncer.event(isObject('member1', '/ConfigMap/default/d', 'created'), 5000);
    } finally {
      await scenario.fleet.resume('member2');
    }
    await scenario.syncer.event(isObject('member2', '/ConfigMap/default/d', 'created'), 40_000);
  });

  it('changes nothing in a cluster with a file that is not a manifest', async () => {
    scenario.syncer.forgetEvents();
    await repo.push({
      'rendered/member1/default/configmap_a.json': configMap('a', '4'),
      'rendered/member1/default/z.yaml': 'a: [1',
      'rendered/member2/default/configmap_a.json': configMap('a', '4'),
    });
    await scenario.syncer.event(isObject('member2', '/ConfigMap/default/a', 'configured'));
    const refusal = await scenario.syncer.event(({ type }) => type === 'refused');
    assertEvent([refusal], {
      type: 'refused',
      cluster: 'member1',
      reason: /z\.yaml: invalid YAML/,
    });
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '3' });
    await repo.push({ 'rendered/member1/default/z.yaml': undefined });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'configured'));
  });

  it('deletes nothing when a directory disappears', async () => {
    scenario.syncer.forgetEvents();
    const files = { 'rendered/member2': undefined };
    await repo.push(files);
    await scenario.syncer.event((event) => event.type === 'refused' && event.cluster === 'member2');
    assert.equal((await inventoryOf(member2)).length, 5);
    assert.ok(await member2.get(`${configMaps}/a`));
  });

  it('exits with 0 on SIGTERM', async () => {
    assert.equal(await scenario.syncer.stop('SIGTERM'), 0, scenario.syncer.describe());
  });
});

/** Returns the resourceVersions of objects that must not be written without a change. */
async function versions(): Promise<unknown> {
  const paths = [`${deployments}/web`, `${configMaps}/a`, inventoryPath, '/api/v1/namespaces/shop'];
  const read = [member1, member2].flatMap((api) => paths.map((path) => api.get(path)));
  return (await Promise.all(read)).map((object) => object?.metadata.resourceVersion);
}
