import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { configMapsOf, inventoryOf, runRegatta, Scenario } from './scenario.ts';

let scenario: Scenario;

/** Names of ConfigMaps, and the files with them below a cluster's directory. */
function maps(prefix: string, count: number) {
  const names = Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`);
  const paths = names.map((name) => `default/configmap_${name}.yaml`);
  const files = names.map((name, i) => [paths[i] ?? '', configMap(name, '1')] as const);
  const gone = (from: number, to = count) =>
    Object.fromEntries(paths.slice(from, to).map((path) => [path, undefined]));
  return { names, paths, files: Object.fromEntries(files), gone };
}

async function budget(deletionBudget: object): Promise<void> {
  const fleet = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet', spec: { deletionBudget } };
  await scenario.repo.push({ 'regatta.yaml': fleet });
}

function below(cluster: string, files: Readonly<Record<string, string | object | undefined>>) {
  const paths = Object.entries(files).map(([path, file]) => [`rendered/${cluster}/${path}`, file]);
  return Object.fromEntries(paths);
}

/** Each step uses the repository and the members as the previous one left them. */
describe('the deletion budget', () => {
  before(async () => {
    scenario = await Scenario.open();
    await scenario.sync({ 'default/configmap_stays.json': configMap('stays', '1') });
  });
  after(() => scenario?.close());

  it('deletes acknowledged objects, and holds other deletions beyond the budget', async () => {
    const { member1 } = scenario;
    await budget({ cluster: 2 });
    const { names, paths, files, gone } = maps('meant-', 12);
    await scenario.sync(files);
    const text = ['# a remark', ...paths.slice(0, 9), ''].join('\n');
    await scenario.sync({ ...gone(0), '_acknowledged.txt': text }, 3);
    assert.deepEqual(await configMapsOf(member1, 'meant-'), names.slice(9));
    await scenario.sync({ '_acknowledged.txt': [...paths, ''].join('\n') });
    assert.deepEqual(await configMapsOf(member1, 'meant-'), []);
    const acknowledged = 'rendered/member1/_acknowledged.txt';
    await scenario.repo.push({ 'regatta.yaml': undefined, [acknowledged]: undefined });
  });

  it('holds a deletion that exceeds the budget, reports it once, and deletes when the budget allows it', async () => {
    const { member1 } = scenario;
    const { names, files, gone } = maps('many-', 12);
    await scenario.sync(files);
    const { events } = await scenario.sync(gone(0), 3);
    assert.deepEqual(await configMapsOf(member1, 'many-'), names);
    const numbers = { held: 12, found: 12, total: 13, of: 'objects', allowed: 10 };
    const setting = 'spec.deletionBudget.cluster';
    const held = events.filter(({ type }) => type === 'held');
    assert.deepEqual(held, [{ type: 'held', cluster: 'member1', ...numbers, setting }]);
    assert.ok(!events.some((event) => event.type === 'object'), 'one line says it all');
    assert.ok((await inventoryOf(member1)).includes('/ConfigMap/default/many-00'));
    const wide = await scenario.regatta('status', '--output', 'wide');
    const limit = '12 of 13 objects in 24 h, allowed 10 \\(spec.deletionBudget.cluster\\)';
    for (const name of names)
      assert.match(wide.text, new RegExp(`member1: ConfigMap default/${name} is held: ${limit}`));

    await budget({ cluster: '100%' });
    assert.equal((await scenario.once()).status, 0);
    assert.deepEqual(await configMapsOf(member1, 'many-'), []);
    await scenario.repo.push({ 'regatta.yaml': undefined });
  });

  it('K31: S18: holds four quick pushes that each stay below half, in a new process each', async () => {
    const { member2, repo } = scenario;
    const { files, gone } = maps('x', 80);
    await repo.push(below('member2', files));
    await scenario.once();
    const left: number[] = [];
    for (const [from, to] of [
      [41, 80],
      [21, 41],
      [11, 21],
      [1, 11],
    ] as const) {
      await repo.push(below('member2', gone(from, to)));
      const { status, events } = await scenario.once();
      left.push((await configMapsOf(member2, 'x')).length);
      if (from === 41) continue;
      assert.equal(status, 3);
      const found = 80 - from;
      const [held] = events.filter((event) => event.type === 'held');
      assert.deepEqual([held?.found, held?.total, held?.allowed], [found, 80, 40]);
    }
    assert.deepEqual(left, [41, 41, 41, 41]);
  });
});

const member = (name: string) =>
  `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`;

describe('a deletion that the budget holds by default', () => {
  before(async () => {
    scenario = await Scenario.open();
    await compileAndPush({
      'clusters/members.yaml': ['member1', 'member2'].map(member).join('---\n'),
      'templates/tools.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: tools}\n',
      'templates/more.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n',
    });
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('K31: holds a Namespace until the file that `regatta diff --acknowledge` writes is merged', async () => {
    const { repo, member1 } = scenario;
    await compileAndPush({ 'templates/tools.yaml': undefined });
    const { status, text } = await scenario.regatta('sync', '--once', '--timeout', '30s');
    assert.equal(status, 3);
    const line = String.raw`1 deletion: 1 of \d objects of kind Namespace in 24 h, allowed 0 \(spec.deletionBudget.kinds.Namespace\); acknowledge with regatta diff --acknowledge FILE`;
    assert.match(text, new RegExp(`^\\S+Z member1 +held +${line}$`, 'm'));
    assert.match(text, new RegExp(`^\\S+Z member2 +held +${line}$`, 'm'));
    assert.equal(await phaseOf('tools'), 'Active');

    const file = join(repo.checkout, 'policies', 'tools.yaml');
    const base = ['--base', 'HEAD', repo.checkout];
    const written = await runRegatta('diff', '--acknowledge', file, ...base);
    assert.equal(written.status, 0, written.text);
    assert.match(written.text, /acknowledges 2 deletions/);
    await compileAndPush({});
    assert.equal((await scenario.once()).status, 0);
    assert.notEqual((await phaseOf('tools')) ?? 'Terminating', 'Active');
    assert.equal(await phaseOf('more'), 'Active');
    // The API server takes some time to delete a Namespace.
    await until('an inventory without the Namespace', async () => {
      await scenario.once();
      return !(await inventoryOf(member1)).includes('/Namespace//tools');
    });
  });

  it('K31: acknowledges with --live what the clusters hold', async () => {
    const { repo } = scenario;
    await compileAndPush({ 'templates/more.yaml': undefined, 'templates/new.yaml': shop });
    assert.equal((await scenario.once()).status, 3);
    const file = join(repo.checkout, 'policies', 'more.yaml');
    const kubeconfig = ['--kubeconfig', scenario.fleet.kubeconfig];
    const flags = ['--live', '--acknowledge', file, ...kubeconfig, repo.checkout];
    const { status, text } = await runRegatta('diff', ...flags);
    assert.equal(status, 0, text);
    assert.match(text, /acknowledges 2 deletions/);
    const again = await runRegatta('diff', '--live', ...kubeconfig, repo.checkout);
    assert.match(again.text, /Namespace more is not deleted: 1 of \d objects of kind Namespace/);
    await compileAndPush({});
    assert.equal((await scenario.once()).status, 0);
    assert.notEqual((await phaseOf('more')) ?? 'Terminating', 'Active');
  });

  const shop = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';

  async function phaseOf(name: string): Promise<unknown> {
    const live = await scenario.member1.get(`/api/v1/namespaces/${name}`);
    return (live?.status as { readonly phase?: string } | undefined)?.phase;
  }
});

async function compileAndPush(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { repo } = scenario;
  await repo.push(files);
  const { status, text } = await runRegatta('compile', repo.checkout);
  assert.equal(status, 0, text);
  await repo.push({});
}
