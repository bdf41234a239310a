import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { isObject, onBoth, Scenario } from './scenario.ts';
import { SyncerProcess } from './syncer-process.ts';

let scenario: Scenario;
let syncer: SyncerProcess;
let url: string;

describe('regatta sync --webhook-secret-file', () => {
  before(async () => {
    scenario = await Scenario.open();
    const { repo, fleet } = scenario;
    await repo.push(onBoth('default/configmap_a.json', configMap('a', '1')));
    const file = join(repo.directory, 'secret');
    writeFileSync(file, 'shared-4c1d\n');
    const flags = ['--kubeconfig', fleet.kubeconfig, '--state-dir', `${repo.directory}/hooked`];
    const hooks = ['--listen', '0', '--webhook-secret-file', file];
    syncer = new SyncerProcess(repo.url, [...flags, ...hooks, '--poll', '1h']);
    await syncer.event(({ type }) => type === 'synced');
    url = /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(syncer.describe())?.[1] ?? '';
  });
  after(async () => {
    await syncer?.stop('SIGTERM');
    await scenario?.close();
  });

  it('fetches the repository when a webhook announces a push, long before the next poll', async () => {
    await scenario.repo.push(onBoth('default/configmap_a.json', configMap('a', '2')));
    assert.equal(await announce('wrong'), 401);
    assert.equal(await announce('shared-4c1d'), 202);
    for (const member of ['member1', 'member2']) {
      await syncer.event(isObject(member, '/ConfigMap/default/a', 'configured'));
    }
    assert.ok(!syncer.describe().includes('shared-4c1d'));
  });

  async function announce(secret: string): Promise<number> {
    const body = JSON.stringify({ ref: 'refs/heads/main' });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${signature}` };
    return (await fetch(`${url}/hooks/github`, { method: 'POST', headers, body })).status;
  }
});
