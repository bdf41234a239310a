import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { repositoryAddress } from '#model/origin.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { fleetId } from './fleet-repo.ts';
import { configMap } from './objects.ts';
import { configMaps, type Run, runRegatta, Scenario } from './scenario.ts';

const partOf = 'applyset.kubernetes.io/part-of';

let scenario: Scenario;
let commit: string;

function who(object: string, ...flags: readonly string[]): Promise<Run> {
  const { kubeconfig } = scenario.fleet;
  const context = ['--context', 'member1', '--kubeconfig', kubeconfig];
  return runRegatta('who', object, '--dir', scenario.repo.directory, ...context, ...flags);
}

describe('regatta who', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    const sources = {
      'clusters/member1.yaml': clusterNamed('member1'),
      'policies/all.yaml': configMapsTo('member1'),
      'templates/a.json': configMap('a', '1'),
    };
    await scenario.repo.push(sources);
    assert.equal((await runRegatta('compile', scenario.repo.checkout)).status, 0);
    commit = await scenario.repo.push({});
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('K48: prints the fleet, repository, branch, path, commit and file of an object', async () => {
    const { status, text } = await who('cm/a');
    assert.equal(status, 0, text);
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(rows.slice(0, -1), [
      ['ConfigMap default/a on member1'],
      ['fleet', `"fleet" (id ${fleetId})`],
      ['repository', repositoryAddress(scenario.repo.url)],
      ['branch', 'main'],
      ['path', 'rendered'],
      ['commit', commit],
      ['file', 'rendered/member1/default/configmap_a.yaml'],
    ]);
  });

  it('K48: prints the template and the policy too, in a work tree of the repository', async () => {
    const { status, text } = await who('configmaps/a', '--dir', scenario.repo.checkout);
    assert.equal(status, 0, text);
    assert.match(text, /^template +templates\/a\.json:1$/m);
    assert.match(text, /^policy +PropagationPolicy default\/all {2}policies\/all\.yaml:1$/m);
  });

  it('K48: prints everything as JSON', async () => {
    const { status, text } = await who('cm/a', '-o', 'json', '--dir', scenario.repo.checkout);
    assert.equal(status, 0, text);
    assert.deepEqual(JSON.parse(text), {
      object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' },
      cluster: 'member1',
      fleet: { name: 'fleet', id: fleetId },
      repository: repositoryAddress(scenario.repo.url),
      branch: 'main',
      path: 'rendered',
      commit,
      file: 'rendered/member1/default/configmap_a.yaml',
      template: { file: 'templates/a.json', line: 1, column: 1 },
      policy: {
        name: 'PropagationPolicy default/all',
        at: { file: 'policies/all.yaml', line: 1, column: 1 },
      },
    });
  });

  it('K48: says that no fleet manages an object without the label, and exits with 1', async () => {
    await scenario.member1.apply(`${configMaps}/theirs`, 'kubectl', configMap('theirs', '1'));
    const { status, text } = await who('cm/theirs');
    assert.equal(status, 1, text);
    assert.equal(
      text,
      `ConfigMap default/theirs on member1: no fleet manages it (it has no label ${partOf})\n`,
    );
    const json = await who('cm/theirs', '-o', 'json');
    assert.equal(json.status, 1);
    const { object, cluster, fleet, reason } = JSON.parse(json.text);
    assert.deepEqual([object.name, cluster, fleet], ['theirs', 'member1', null]);
    assert.match(reason, /has no label/);
  });

  it('K48: does not trust a label that another client copied', async () => {
    const live = await scenario.member1.get(`${configMaps}/a`);
    const copy = configMap('copy', '1');
    const labels = { [partOf]: live?.metadata.labels?.[partOf] ?? '' };
    const object = { ...copy, metadata: { name: 'copy', namespace: 'default', labels } };
    await scenario.member1.apply(`${configMaps}/copy`, 'kubectl', object);
    const { status, text } = await who('cm/copy');
    assert.equal(status, 1, text);
    assert.match(text, /no fleet manages it \(the inventory of fleet "fleet" does not list it\)/);
  });

  it('K48: says that an object, a kind or a context does not exist', async () => {
    const object = await who('cm/none', '-n', 'shop');
    assert.equal(object.status, 1, object.text);
    assert.match(object.text, /no cm none in namespace shop on member1/);
    const kind = await who('nonesuch/a');
    assert.equal(kind.status, 1, kind.text);
    assert.match(kind.text, /member1 serves no kind nonesuch/);
    const context = await who('cm/a', '--context', 'memberx');
    assert.equal(context.status, 2, context.text);
    assert.match(context.text, /no such context: memberx \(contexts: member1, member2\)/);
  });

  it('K48: the way with kubectl leads to the same commit', async () => {
    const { kubectl, kubeconfig } = scenario.fleet;
    const run = async (...args: readonly string[]) => {
      const all = ['--kubeconfig', kubeconfig, '--context', 'member1', ...args];
      return (await promisify(execFile)(kubectl, all, { timeout: 60_000 })).stdout.trim();
    };
    const path = '{.metadata.labels.applyset\\.kubernetes\\.io/part-of}';
    const label = await run('get', 'configmap', 'a', '-n', 'default', '-o', `jsonpath=${path}`);
    const selector = `applyset.kubernetes.io/id=${label}`;
    const found = await run(
      'get',
      'configmap',
      '-n',
      'regatta-system',
      '-l',
      selector,
      '-o',
      'json',
    );
    const { items } = JSON.parse(found);
    assert.equal(items.length, 1);
    const { annotations } = items[0].metadata;
    assert.equal(annotations['regatta.dev/commit'], commit);
    assert.equal(annotations['regatta.dev/repository'], repositoryAddress(scenario.repo.url));
    assert.equal(annotations['regatta.dev/branch'], 'main');
    assert.equal(annotations['regatta.dev/path'], 'rendered');
  });
});
