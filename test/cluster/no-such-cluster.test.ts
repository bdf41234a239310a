import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { readAccess } from '../api/access.ts';
import { configMap } from './objects.ts';
import { configMaps, onBoth, runRegatta, Scenario } from './scenario.ts';

const answer = /no such cluster: memberx \(clusters: member1, member2\)/;

let scenario: Scenario;

describe('K44: every command that gets the name of a missing cluster', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.repo.push({
      ...onBoth('default/configmap_a.json', configMap('a', '1')),
      'clusters/members.yaml': [clusterNamed('member1'), clusterNamed('member2')].join('---\n'),
      'policies/all.yaml': configMapsTo('member1'),
      'templates/a.json': configMap('a', '1'),
    });
  });
  after(() => scenario?.close());

  for (const verb of ['status', 'drift', 'sync']) {
    it(`K44: ${verb} names the clusters, and exits with 2`, async () => {
      const once = verb === 'sync' ? ['--once', '--timeout', '30s'] : [];
      const { status, text } = await scenario.regatta(verb, '--cluster', 'memberx', ...once);
      assert.match(text, answer);
      assert.equal(status, 2, text);
    });
  }

  it('K44: diff --live names the clusters, and exits with 2', async () => {
    const flags = ['--live', '--kubeconfig', scenario.fleet.kubeconfig, '--cluster', 'memberx'];
    const { status, text } = await runRegatta('diff', scenario.repo.checkout, ...flags);
    assert.match(text, answer);
    assert.equal(status, 2, text);
  });

  it('K44: explain names the clusters, and exits with 2', async () => {
    const flags = ['--dir', scenario.repo.checkout, '--cluster', 'memberx'];
    const { status, text } = await runRegatta('explain', 'configmap/a', ...flags);
    assert.match(text, answer);
    assert.equal(status, 2, text);
  });

  it('K44: agent names the clusters, and exits with 2', async () => {
    const kubeconfig = join(scenario.repo.directory, 'own.kubeconfig');
    const access = readAccess(scenario.fleet.kubeconfig, 'member1');
    writeKubeconfig(kubeconfig, [{ ca: '', token: '', ...access, name: 'memberx' }]);
    const flags = ['--cluster', 'memberx', '--kubeconfig', kubeconfig, '--once'];
    const { status, text } = await scenario.regatta('agent', ...flags);
    assert.match(text, answer);
    assert.equal(status, 2, text);
  });

  it('K44: sync brings the clusters that exist to the commit, and exits with 2', async () => {
    const names = ['--cluster', 'member1', '--cluster', 'memberx'];
    const flags = ['--once', '--timeout', '30s', '--no-wait'];
    const { status, text } = await scenario.regatta('sync', ...names, ...flags);
    assert.match(text, answer);
    assert.equal(status, 2, text);
    assert.ok(await scenario.member1.get(`${configMaps}/a`));
    assert.equal(await scenario.member2.get(`${configMaps}/a`), undefined);
  });
});
