import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exits } from '#cli/run/exit.ts';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { onBoth, Scenario } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

const canary = 'canary-f3a9';

let scenario: Scenario;

describe('regatta sync --listen', () => {
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  it('serves its health and that of the clusters by HTTP, without content of Secrets', async () => {
    const { repo, fleet } = scenario;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: canary, namespace: 'default' },
      stringData: { password: canary },
    };
    await repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('default/secret_s.json', secret),
    });
    const flags = ['--kubeconfig', fleet.kubeconfig, '--state-dir', `${repo.directory}/listening`];
    const syncer = new SyncerProcess(repo.url, [...flags, '--poll', '200ms', '--listen', '0']);
    try {
      await syncer.event(({ type }) => type === 'synced');
      const [, url = ''] = /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(syncer.describe()) ?? [];
      const ask = async (path: string) => (await fetch(`${url}${path}`)).text();
      assert.equal(await ask('/healthz'), 'ok\n');
      await until('both to be ready', async () => (await ask('/readyz')) === 'ok\n');
      // The turn after the one that creates the objects finds them unchanged.
      const metrics = await until('both to be unchanged', async () => {
        const text = await ask('/metrics');
        const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
        const synced = count(/^regatta_cluster_synced\{.*\} 1$/gm);
        const unchanged = count(/^regatta_objects\{.*,result="unchanged"\} 2$/gm);
        return synced === 2 && unchanged === 2 && text;
      });
      assert.match(
        metrics,
        /regatta_object_changes_total\{cluster="member1",result="created"\} 2\n/,
      );
      assert.ok(!metrics.includes(canary));
      const second = new SyncerProcess(repo.url, [...flags, '--listen', new URL(url).port]);
      assert.equal(await second.ended, exits.unknown);
      assert.match(second.describe(), /--listen: .*EADDRINUSE/);
    } finally {
      assert.equal(await syncer.stop('SIGTERM'), 0);
    }
    assert.ok(!syncer.describe().replaceAll(`default/${canary}`, '').includes(canary));
  });
});
