import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { joinBoth, leaveSecond, statusesOf, withContexts } from './former-fleet.ts';
import { configMap } from './objects.ts';
import { configMapsOf, onBoth, Scenario } from './scenario.ts';

let scenario: Scenario;
let commit = '';

function summary(statuses: Awaited<ReturnType<typeof statusesOf>>) {
  return statuses.map(({ cluster, sync, leftBehind }) => [cluster, sync, leftBehind]);
}

describe('regatta status of a fleet that a cluster left', () => {
  before(async () => {
    scenario = await Scenario.open();
    commit = await joinBoth(scenario);
    await leaveSecond(scenario);
  });
  after(() => scenario?.close());

  it('K33: shows the cluster as former, with the objects left behind, and keeps the exit status', async () => {
    const statuses = await statusesOf(scenario, 0);
    assert.deepEqual(summary(statuses), [
      ['member1', 'synced', undefined],
      ['member2', 'former', 2],
    ]);
    assert.equal(statuses[1]?.applied, commit);
    const { status, text } = await scenario.regatta('status');
    assert.equal(status, 0, text);
    assert.match(text, /^member2 +former +- +[0-9a-f]{12} +- +- +- +- +-$/m);
    assert.match(text, /^member2: 2 objects left behind/m);
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });

  it('K33: shows a former cluster that --cluster names', async () => {
    const statuses = await statusesOf(scenario, 0, '--cluster', 'member2');
    assert.deepEqual(summary(statuses), [['member2', 'former', 2]]);
    const [present] = await statusesOf(scenario, 0, '--cluster', 'member1');
    assert.equal(present?.sync, 'synced');
  });

  it('K33: shows no member as former that a second context leads to', async () => {
    const names = { member1: 'member1', admin: 'member1', old: 'member2', member2: 'member2' };
    const kubeconfig = await withContexts(scenario, names);
    const flags = ['--kubeconfig', kubeconfig, '--cluster', 'admin'];
    assert.deepEqual(summary(await statusesOf(scenario, 1, ...flags)), [
      ['admin', 'refused', undefined],
    ]);
    const statuses = await statusesOf(scenario, 0, '--kubeconfig', kubeconfig);
    assert.deepEqual(summary(statuses), [
      ['member1', 'synced', undefined],
      ['member2', 'former', 2],
    ]);
  });

  it('K33: shows no member as former whose only context has another name', async () => {
    const kubeconfig = await withContexts(scenario, { admin: 'member1' });
    const statuses = await statusesOf(scenario, 2, '--kubeconfig', kubeconfig);
    assert.deepEqual(summary(statuses), [['member1', 'unknown', undefined]]);
  });

  it('K33: leaves out a cluster that does not answer, within the time for its context', async () => {
    await scenario.fleet.pause('member2');
    const start = performance.now();
    const statuses = await statusesOf(scenario, 0);
    assert.deepEqual(summary(statuses), [['member1', 'synced', undefined]]);
    assert.ok(performance.now() - start < 15_000);
    await scenario.fleet.resume('member2');
    assert.equal((await statusesOf(scenario, 0)).length, 2);
  });

  it('K33: shows a cluster that returns as a member', async () => {
    await scenario.repo.push(onBoth('default/configmap_a.json', configMap('a', '2')));
    assert.equal((await scenario.once()).status, 0);
    const statuses = await statusesOf(scenario, 0);
    assert.deepEqual(summary(statuses), [
      ['member1', 'synced', undefined],
      ['member2', 'synced', undefined],
    ]);
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'kube-root-ca.crt']);
  });
});
