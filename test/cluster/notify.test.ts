import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ReceivingServer } from '#test/io/receiving-server.ts';
import { configMap } from './objects.ts';
import { onBoth, Scenario } from './scenario.ts';

const canary = 'canary-77b1';

let scenario: Scenario;
let web: ReceivingServer;

describe('notifications of regatta sync', () => {
  before(async () => {
    scenario = await Scenario.open();
    web = await ReceivingServer.open();
  });
  after(async () => {
    await scenario?.close();
    web?.close();
  });

  it('reports each cluster to the forge and by notifications before it ends', async () => {
    const metadata = { name: 's', namespace: 'default' };
    const commit = await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      ...onBoth('default/secret_s.json', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        stringData: { canary },
      }),
    });
    const file = join(scenario.repo.directory, 'token');
    writeFileSync(file, 't0ken\n');
    const forge = ['--commit-status', 'github', '--forge-token-file', file];
    const at = ['--forge-api', `${web.url}/api`, '--forge-project', 'o/r'];
    const { status } = await scenario.once(...forge, ...at, '--notify-url', `${web.url}/notify`);
    assert.equal(status, 0);
    const posted = web.received.filter(({ path }) => path === `/api/repos/o/r/statuses/${commit}`);
    const last = posted
      .map(({ body }) => JSON.parse(body))
      .filter(({ state }) => state === 'success');
    assert.deepEqual(last.map(({ context }) => context).toSorted(), [
      'regatta/member1',
      'regatta/member2',
    ]);
    const notifications = web.received
      .filter(({ path }) => path === '/notify')
      .map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      notifications
        .filter(({ type }) => type === 'synced')
        .map(({ cluster }) => cluster)
        .toSorted(),
      ['member1', 'member2'],
    );
    assert.ok(!JSON.stringify(web.received).includes(canary));
  });

  it('continues when no receiver listens', async () => {
    const { url } = web;
    web.close();
    await scenario.repo.push(onBoth('default/configmap_a.json', configMap('a', '2')));
    assert.equal((await scenario.once('--notify-url', url)).status, 0);
  });
});
