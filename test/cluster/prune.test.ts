import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertEvent } from '#test/events.ts';
import type { Api } from './api.ts';
import { configMap, namespace, widget, widgetDefinition } from './objects.ts';
import { configMaps, inventoryOf, Scenario } from './scenario.ts';

let scenario: Scenario;
let member1: Api;

/** Objects that left Git but must stay; each step reverts its own changes. */
describe('the guards of pruning', () => {
  before(async () => {
    scenario = await Scenario.open();
    ({ member1 } = scenario);
    await scenario.sync({ 'default/configmap_stays.json': configMap('stays', '1') });
  });
  after(() => scenario?.close());

  it('abandons an object with a keep annotation, and manages it again when Git has it again', async () => {
    const kept = configMap('kept', '1') as { readonly metadata: object };
    const annotations = { 'client.lifecycle.config.k8s.io/deletion': 'detach' };
    const object = { ...kept, metadata: { ...kept.metadata, annotations } };
    const path = 'default/configmap_kept.json';
    await scenario.sync({ [path]: object });
    const { events } = await scenario.sync({ [path]: undefined });
    assertEvent(events, { type: 'object', result: 'abandoned', message: /^client.lifecycle/ });
    const live = await member1.get(`${configMaps}/kept`);
    assert.deepEqual(live?.data, { value: '1' });
    assert.deepEqual(live?.metadata.labels ?? {}, {});
    assert.ok(!(await inventoryOf(member1)).includes('/ConfigMap/default/kept'));
    await scenario.sync({ [path]: configMap('kept', '2') });
    assert.deepEqual((await member1.get(`${configMaps}/kept`))?.data, { value: '2' });
    await scenario.sync({ [path]: undefined });
    assert.equal(await member1.get(`${configMaps}/kept`), undefined);
  });

  it('does not delete a namespace that holds other managers’ objects', async () => {
    await scenario.sync({ '_cluster/namespace_shared.json': namespace('shared') });
    const path = '/api/v1/namespaces/shared/configmaps/theirs';
    await member1.apply(path, 'another-manager', configMap('theirs', '1', 'shared'));
    const gone = { '_cluster/namespace_shared.json': undefined };
    const { events } = await scenario.sync({ ...gone, ...acknowledged('namespace_shared') }, 1);
    const message = 'still holds ConfigMap shared/theirs';
    assertEvent(events, { type: 'object', result: 'held', message });
    assert.ok(await member1.get(path));
    await member1.delete(path);
    assert.equal((await scenario.once()).status, 0);
    assert.notEqual((await phaseOf('shared')) ?? 'Terminating', 'Active');
  });

  it('does not delete a namespace that holds a desired object', async () => {
    await scenario.sync({
      '_cluster/namespace_half.json': namespace('half'),
      'half/configmap_a.json': configMap('a', '1', 'half'),
    });
    const gone = { '_cluster/namespace_half.json': undefined };
    await scenario.sync({ ...gone, ...acknowledged('namespace_half') }, 1);
    assert.equal(await phaseOf('half'), 'Active');
    await scenario.sync({ 'half/configmap_a.json': undefined });
  });

  it('does not delete a definition while other managers have objects of its kind', async () => {
    await scenario.sync({ '_cluster/crd.json': widgetDefinition });
    const path = '/apis/test.regatta.dev/v1/namespaces/default/widgets/theirs';
    await member1.apply(path, 'another-manager', widget('theirs', 1));
    const file = 'customresourcedefinition.apiextensions.k8s.io_widgets.test.regatta.dev';
    const gone = { '_cluster/crd.json': undefined, ...acknowledged(file) };
    const { events } = await scenario.sync(gone, 1);
    const message = /still holds Widget default\/theirs/;
    assertEvent(events, { type: 'object', result: 'held', message });
    assert.ok(await member1.get(path));
    await member1.delete(path);
    assert.equal((await scenario.once()).status, 0);
  });

  it('does not delete an object that a controller owns', async () => {
    const path = 'default/configmap_owned.json';
    await scenario.sync({ [path]: configMap('owned', '1') });
    const stays = await member1.get(`${configMaps}/stays`);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'stays', uid: stays?.metadata.uid };
    const ownerReferences = [{ ...owner, controller: true }];
    await member1.edit(`${configMaps}/owned`, 'controller', { metadata: { ownerReferences } });
    const { events } = await scenario.sync({ [path]: undefined }, 1);
    const message = 'is controlled by ConfigMap stays';
    assertEvent(events, { type: 'object', result: 'held', message });
    await member1.edit(`${configMaps}/owned`, 'controller', {
      metadata: { ownerReferences: null },
    });
    assert.equal((await scenario.once()).status, 0);
  });

  it('neither deletes nor recreates an object that moves between files', async () => {
    const before = await member1.get(`${configMaps}/stays`);
    await scenario.sync({
      'default/configmap_stays.json': undefined,
      'elsewhere/moved.yaml': configMap('stays', '1'),
    });
    const after = await member1.get(`${configMaps}/stays`);
    assert.deepEqual(after?.metadata.uid, before?.metadata.uid);
    assert.deepEqual(after?.metadata.resourceVersion, before?.metadata.resourceVersion);
  });

  it('does not change a suspended object', async () => {
    const suspended = { 'regatta.dev/suspended': 'true' };
    const object = configMap('stays', '2') as { readonly metadata: object };
    const marked = { ...object, metadata: { ...object.metadata, annotations: suspended } };
    await scenario.sync({ 'elsewhere/moved.yaml': marked });
    assert.deepEqual((await member1.get(`${configMaps}/stays`))?.data, { value: '1' });
    await scenario.sync({ 'elsewhere/moved.yaml': configMap('stays', '2') });
    assert.deepEqual((await member1.get(`${configMaps}/stays`))?.data, { value: '2' });
  });

  it('changes nothing when a budget is invalid', async () => {
    await scenario.repo.push({ 'regatta.yaml': 'spec: {deletionBudget: {cluster: lots}}' });
    const { status, events } = await scenario.once();
    assert.equal(status, 1);
    const reason = /regatta.yaml: spec.deletionBudget.cluster: .*nothing changes/;
    assertEvent(events, { type: 'source-trouble', reason });
  });
});

async function phaseOf(name: string): Promise<unknown> {
  const status = (await member1.get(`/api/v1/namespaces/${name}`))?.status;
  return (status as { readonly phase?: string } | undefined)?.phase;
}

/** Returns the file that acknowledges the deletion of a cluster-scoped object. */
function acknowledged(file: string): Readonly<Record<string, string>> {
  return { '_acknowledged.txt': `_cluster/${file}.yaml\n` };
}
