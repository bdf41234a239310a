import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertEvent } from '#test/events.ts';
import type { Api } from './api.ts';
import { configMap, deployment } from './objects.ts';
import { configMaps, configMapsOf, deployments, onBoth, replicasOf, Scenario } from './scenario.ts';

let scenario: Scenario;
let repo: Scenario['repo'];
let member1: Api;

/** Each step starts from the fleet and the repository as the previous step left them. */
describe('A syncer that starts again', () => {
  before(async () => {
    scenario = await Scenario.open();
    ({ repo, member1 } = scenario);
    await repo.push({
      ...onBoth('default/deployment.apps_web.json', deployment('web', 2, 'web:1')),
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
    });
    await member1.apply(`${configMaps}/foreign`, 'another-manager', configMap('foreign', 'theirs'));
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('loses nothing when it is killed in the middle of an apply', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `many-${String(i).padStart(2, '0')}`);
    const file = (name: string) => `rendered/member1/default/configmap_${name}.json`;
    await repo.push(Object.fromEntries(many.map((name) => [file(name), configMap(name, '1')])));
    const killed = await scenario.start();
    await killed.event((event) => event.type === 'object' && event.result === 'created');
    await killed.stop('SIGKILL');
    const partly = await configMapsOf(member1, 'many-');
    assert.ok(partly.length > 0 && partly.length < many.length, `${partly.length} were created`);

    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await configMapsOf(member1, 'many-'), many);

    await repo.push({
      ...Object.fromEntries(many.map((name) => [file(name), undefined])),
      'regatta.yaml': { spec: { deletionBudget: { cluster: '100%' } } },
    });
    const pruning = await scenario.start();
    await pruning.event((event) => event.type === 'object' && event.result === 'pruned');
    await pruning.stop('SIGKILL');
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await configMapsOf(member1, 'many-'), []);
    assert.ok(await member1.get(`${configMaps}/foreign`));
  });

  it('corrects drift from the time before its start', async () => {
    await member1.edit(`${deployments}/web`, 'kubectl-edit', { spec: { replicas: 7 } });
    const { status, events } = await scenario.once();
    assert.equal(status, 0);
    assert.equal(events.filter(({ type }) => type === 'drift').length, 1);
    assert.equal(replicasOf(await member1.get(`${deployments}/web`)), 2);
  });

  it('syncs the other clusters when a directory has no context, and exits with 1', async () => {
    await repo.push({
      'rendered/moon/default/configmap_a.json': configMap('a', '1'),
      'rendered/member1/default/configmap_a.json': configMap('a', '5'),
    });
    const { status, events } = await scenario.once();
    assert.equal(status, 1);
    assertEvent(events, { type: 'refused', cluster: 'moon', reason: /no context "moon/ });
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '5' });
  });
});
