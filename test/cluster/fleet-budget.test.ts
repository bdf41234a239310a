import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { configMapsOf, runRegatta, Scenario } from './scenario.ts';

let scenario: Scenario;
const names = ['a', 'b', 'c', 'd'];
const both = ['member1', 'member2'];

const cluster = (name: string) =>
  `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\n`;

const template = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: many-${name}, namespace: default}\ndata: {a: b}\n`;

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: all, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [member1, member2]}}
`;

const fleet = (limit: number) => ({
  apiVersion: 'regatta.dev/v1alpha1',
  kind: 'Fleet',
  spec: { deletionBudget: { cluster: '100%', fleet: limit } },
});

function templates(gone: readonly string[] = []): Readonly<Record<string, string | undefined>> {
  const entries = names.map((name) => {
    return [`templates/${name}.yaml`, gone.includes(name) ? undefined : template(name)];
  });
  return Object.fromEntries(entries);
}

/** Each step uses the repository and the members as the previous one left them. */
describe('the deletion budget of the fleet', () => {
  before(async () => {
    scenario = await Scenario.open();
    await compileAndPush({
      'regatta.yaml': fleet(4),
      'clusters/all.yaml': both.map(cluster).join('---\n'),
      'policies/all.yaml': policy,
      ...templates(),
    });
    assert.equal((await scenario.once()).status, 0);
  });
  after(() => scenario?.close());

  it('K31: holds what `compile --check` refuses, by name and with the way to acknowledge it', async () => {
    const { repo } = scenario;
    await repo.push({ ...templates(['b', 'c', 'd']), 'templates/a.yaml': template('a') });
    const check = await runRegatta('compile', '--check', repo.checkout);
    const limit =
      '6 of 8 objects of the fleet in one change, allowed 4 (spec.deletionBudget.fleet)';
    assert.ok(check.text.includes(limit), check.text);
    await compileAndPush({ 'README.md': 'first\n' });
    const { status, text } = await scenario.regatta('sync', '--once', '--timeout', '30s');
    assert.equal(status, 3, text);
    for (const name of both) {
      const how = 'acknowledge with regatta diff --acknowledge FILE';
      const line = new RegExp(
        `^\\S+Z +${name} +held +3 deletions: ${escaped(limit)}; ${how}$`,
        'm',
      );
      assert.match(text, line);
    }
    await expectOnBoth(names);
  });

  it('K31: holds it after later commits, in a process with a new clone, and shows it in status', async () => {
    const { repo } = scenario;
    for (let i = 0; i < 3; i++) await repo.push({ 'README.md': `${i}\n` });
    await rm(join(repo.directory, 'state'), { recursive: true });
    const { status, events } = await scenario.once();
    assert.equal(status, 3);
    const held = events.filter(({ type }) => type === 'held');
    assert.deepEqual(held.map((event) => 'cluster' in event && event.cluster).sort(), both);
    await expectOnBoth(names);
    const wide = await scenario.regatta('status', '--output', 'wide');
    assert.match(wide.text, /member2: ConfigMap default\/many-d is held: 6 of 8 objects of the fl/);
  });

  it('K31: deletes it once the file that `regatta diff --live --acknowledge` writes is merged', async () => {
    const { repo, fleet: members } = scenario;
    const file = join(repo.checkout, 'policies', 'many.yaml');
    const flags = ['--live', '--acknowledge', file, '--kubeconfig', members.kubeconfig];
    const written = await runRegatta('diff', ...flags, repo.checkout);
    assert.equal(written.status, 0, written.text);
    assert.match(written.text, /acknowledges 6 deletions/);
    await compileAndPush({});
    assert.equal((await scenario.once()).status, 0);
    await expectOnBoth(['a']);
  });

  it('K31: deletes what is within the limit, also over several commits', async () => {
    await compileAndPush(templates());
    assert.equal((await scenario.once()).status, 0);
    await compileAndPush(templates(['b', 'c']));
    await compileAndPush({ 'templates/d.yaml': undefined });
    assert.equal((await scenario.once()).status, 0);
    await expectOnBoth(['a']);
  });
});

async function expectOnBoth(expected: readonly string[]): Promise<void> {
  const { member1, member2 } = scenario;
  for (const member of [member1, member2]) {
    const found = await configMapsOf(member, 'many-');
    assert.deepEqual(
      found,
      expected.map((name) => `many-${name}`),
    );
  }
}

async function compileAndPush(
  files: Readonly<Record<string, string | object | undefined>>,
): Promise<void> {
  const { repo } = scenario;
  await repo.push(files);
  const { status, text } = await runRegatta('compile', repo.checkout);
  assert.equal(status, 0, text);
  await repo.push({});
}

function escaped(text: string): string {
  return text.replace(/[.()]/g, String.raw`\$&`);
}
