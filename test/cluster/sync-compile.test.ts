import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { assertRejected } from '#test/events.ts';
import type { Api } from './api.ts';
import { configMap } from './objects.ts';
import { configMaps, isObject, Scenario } from './scenario.ts';

let scenario: Scenario;
let repo: Scenario['repo'];
let member1: Api;
let member2: Api;

/** Each step starts from the repository and the members as the previous step left them. */
describe('regatta sync --compile', () => {
  before(async () => {
    scenario = await Scenario.open('--compile');
    ({ repo, member1, member2 } = scenario);
  });
  after(() => scenario?.close());

  it('compiles pushed sources, pushes the output and applies it', async () => {
    const source = await repo.push({
      'clusters/members.yaml': ['member1', 'member2'].map(cluster).join('---\n'),
      'templates/a.json': configMap('a', '1'),
      'policies/a.yaml': policy('a', 'member1'),
    });
    await scenario.start();
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'created'));
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '1' });
    assert.equal(await member2.get(`${configMaps}/a`), undefined);
    assert.equal(git('log', '-1', '--format=%an'), 'regatta');
    assert.equal(
      git('log', '-1', '--format=%(trailers:key=Regatta-Source-Commit,valueonly)'),
      source,
    );
    assert.match(git('ls-tree', '-r', '--name-only', 'main'), /rendered\/member1\/default\//);
  });

  it('compiles new sources on top of its own commit', async () => {
    scenario.syncer.forgetEvents();
    repo.pull();
    await repo.push({
      'templates/a.json': configMap('a', '2'),
      'templates/b.json': configMap('b', '1'),
      'policies/b.yaml': policy('b', 'member2'),
    });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'configured'));
    await scenario.syncer.event(isObject('member2', '/ConfigMap/default/b', 'created'));
  });

  it('changes nothing for a commit that does not compile, and reports the reason once', async () => {
    scenario.syncer.forgetEvents();
    repo.pull();
    const before = git('rev-parse', 'main');
    const bad = await repo.push({
      'templates/a.json': configMap('a', '3'),
      'templates/broken.yaml': 'apiVersion: v1\nkind: [\n',
      'templates/credentials.json': configMap('https://bob:tulip-7431@host/a', '1'),
    });
    const event = await scenario.syncer.event(({ type }) => type === 'rejected-commit');
    assert.ok(event.type === 'rejected-commit');
    // K13: the events of a syncer that has opened no secret hide the credentials of addresses, too.
    assertRejected([event], { code: 'parse/invalid-value', message: /"https:\/\/\*\*\*@host\/a"/ });
    assert.doesNotMatch(JSON.stringify(event), /tulip/);
    assert.equal(event.diagnostics[0]?.at.file, 'templates/broken.yaml');

    await member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: '9' } });
    await scenario.syncer.event(({ type }) => type === 'drift');
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '2' });
    assert.equal(git('rev-parse', 'main'), bad, `nothing is pushed on top of ${before}`);
    assert.equal(scenario.syncer.events.filter(({ type }) => type === 'rejected-commit').length, 1);
  });

  it('applies the commit that fixes the sources', async () => {
    await repo.push({
      'templates/broken.yaml': undefined,
      'templates/credentials.json': undefined,
    });
    await scenario.syncer.event(isObject('member1', '/ConfigMap/default/a', 'configured'));
    assert.deepEqual((await member1.get(`${configMaps}/a`))?.data, { value: '3' });
    assert.equal(await scenario.syncer.stop('SIGTERM'), 0);
  });

  it('pushes nothing when the committed output is up to date', async () => {
    const head = git('rev-parse', 'main');
    const { status, events } = await scenario.once();
    assert.equal(status, 0);
    assert.deepEqual(
      events.filter(({ type }) => type === 'published'),
      [],
    );
    assert.equal(git('rev-parse', 'main'), head);
  });
});

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: repo.url, encoding: 'utf8' }).trim();
}

function cluster(name: string): string {
  return `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata:
  name: ${name}
spec:
  syncMode: Push
`;
}

/** Returns a policy that propagates ConfigMap default/`name` to one cluster. */
function policy(name: string, to: string): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata:
  name: ${name}
  namespace: default
spec:
  resourceSelectors:
    - apiVersion: v1
      kind: ConfigMap
      name: ${name}
  placement:
    clusterAffinity:
      clusterNames: [${to}]
`;
}
