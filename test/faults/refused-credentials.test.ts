import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps, runRegatta, Scenario } from '#test/cluster/scenario.ts';

interface Kubeconfig {
  readonly users: readonly object[];
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
}

describe('credentials that an API server refuses', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  it('K42: are named with their user, and the other cluster is synced', async () => {
    const { repo, fleet, member1 } = scenario;
    await repo.push({
      'rendered/member1/default/a.json': configMap('a', '1'),
      'rendered/member2/default/a.json': configMap('a', '1'),
    });
    const config = load(await readFile(fleet.kubeconfig, 'utf8')) as Kubeconfig;
    const contexts = config.contexts.map((one) =>
      one.name === 'member2' ? { ...one, context: { ...one.context, user: 'robot' } } : one,
    );
    const users = [...config.users, { name: 'robot', user: { token: 'expired' } }];
    const kubeconfig = join(repo.directory, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify({ ...config, contexts, users }));
    const state = ['--state-dir', join(repo.directory, 'state')];
    const once = ['--once', '--timeout', '20s', '--kubeconfig', kubeconfig, ...state];
    const { status, text } = await runRegatta('sync', repo.url, ...once);
    assert.equal(status, 1, text);
    assert.match(text, /member2 .*the API server refused the credentials of user robot \(401\)/);
    assert.ok(await member1.get(`${configMaps}/a`), text);
  });
});
