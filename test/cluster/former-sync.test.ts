import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '#test/until.ts';
import { joinBoth, leaveSecond } from './former-fleet.ts';
import { configMap } from './objects.ts';
import { configMapsOf, isObject, onBoth, Scenario } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

let scenario: Scenario;

describe('regatta sync of a fleet that a cluster leaves', () => {
  before(async () => {
    scenario = await Scenario.open();
    await joinBoth(scenario);
  });
  after(() => scenario?.close());

  it('K33: --once reports the former cluster, deletes nothing, and keeps the exit status', async () => {
    await leaveSecond(scenario);
    const { status, events } = await scenario.once();
    assert.equal(status, 0, JSON.stringify(events));
    assert.deepEqual(
      events.filter(({ type }) => type === 'former'),
      [{ type: 'former', cluster: 'member2', objects: 2 }],
    );
    assert.deepEqual(await configMapsOf(scenario.member2, ''), ['a', 'b', 'kube-root-ca.crt']);
  });

  it('K33: a running syncer shows it in the metrics, also after it was down, until it returns', async () => {
    const { repo, fleet } = scenario;
    await fleet.pause('member2');
    const flags = ['--kubeconfig', fleet.kubeconfig, '--state-dir', `${repo.directory}/running`];
    const often = ['--poll', '200ms', '--resync', '1s', '--listen', '0'];
    const syncer = new SyncerProcess(repo.url, [...flags, ...often]);
    try {
      await syncer.event(({ type }) => type === 'synced', 30_000);
      const [, url = ''] = /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(syncer.describe()) ?? [];
      const former = async () => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return /^regatta_cluster_former\{.*$/m.exec(text)?.[0] ?? '';
      };
      assert.equal(await former(), '');
      await fleet.resume('member2');
      await syncer.event(({ type }) => type === 'former', 30_000);
      assert.equal(await former(), 'regatta_cluster_former{cluster="member2"} 1');

      syncer.forgetEvents();
      await repo.push(onBoth('default/configmap_a.json', configMap('a', '2')));
      await syncer.event((event) => event.type === 'synced' && event.cluster === 'member2');
      await until('the cluster to be a member', async () => (await former()) === '');
      assert.ok(syncer.events.some(isObject('member2', '/ConfigMap/default/b', 'pruned')));

      syncer.forgetEvents();
      await leaveSecond(scenario);
      await syncer.event(({ type }) => type === 'former');
      await syncer.event(({ type }) => type === 'refused');
      assert.equal(await former(), 'regatta_cluster_former{cluster="member2"} 1');
    } finally {
      assert.equal(await syncer.stop('SIGTERM'), 0);
    }
  });
});
