import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { configMaps, type Run, runRegatta, Scenario } from './scenario.ts';

let scenario: Scenario;

function diff(...flags: readonly string[]): Promise<Run> {
  const { fleet, repo } = scenario;
  const live = ['--live', '--kubeconfig', fleet.kubeconfig];
  return runRegatta('diff', repo.checkout, ...live, ...flags);
}

describe('regatta diff --live with drift that a mode leaves', () => {
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
    const metadata = { name: 's', namespace: 'default' };
    await scenario.repo.push({
      'regatta.yaml': JSON.stringify({ spec: { sync: { drift: [{ mode: 'report' }] } } }),
    });
    await scenario.sync({
      'default/configmap_a.json': configMap('a', '1'),
      'default/configmap_b.json': configMap('b', '1'),
      'default/secret_s.json': { apiVersion: 'v1', kind: 'Secret', metadata, data: { p: 'b25l' } },
    });
    const { member1 } = scenario;
    await member1.edit(`${configMaps}/a`, 'kubectl-edit', { data: { value: '2' } });
    await member1.edit('/api/v1/namespaces/default/secrets/s', 'kubectl-edit', {
      data: { p: 'dHdv' },
    });
    await member1.delete(`${configMaps}/b`);
  });
  after(() => scenario?.close());

  it('K46: lists it on standard error, and exits as without it', async () => {
    const { status, text } = await diff();
    assert.equal(status, 0, text);
    assert.match(text, /^nothing changes$/m);
    const line =
      /^member1: ConfigMap default\/a keeps its drift: \.data\.value 1 → 2, by kubectl-edit Update 20/m;
    assert.match(text, line);
    assert.match(text, /^member1: ConfigMap default\/b keeps its drift: was deleted$/m);
    assert.match(text, /^member1: Secret default\/s keeps its drift: .*\(hidden\)/m);
    assert.ok(!text.includes('dHdv') && !text.includes('b25l'), text);
  });

  it('K46: lists it as `left` in JSON', async () => {
    const { status, text } = await diff('-o', 'json');
    assert.equal(status, 0, text);
    const end = text.lastIndexOf('\n}') + 2;
    const { left } = JSON.parse(text.slice(0, end));
    assert.deepEqual(
      left.map((one: { readonly key: string; readonly cluster: string; deleted: boolean }) => [
        one.cluster,
        one.key,
        one.deleted,
      ]),
      [
        ['member1', '/ConfigMap/default/a', false],
        ['member1', '/ConfigMap/default/b', true],
        ['member1', '/Secret/default/s', false],
      ],
    );
    const [{ path, desired, live, manager }] = left[0].changes;
    assert.deepEqual([path, desired, live, manager], ['.data.value', '1', '2', 'kubectl-edit']);
  });

  it('K46: lists drift beside the changes of a commit, which decide the exit status', async () => {
    const changed = { ...configMap('new', '1') };
    await scenario.repo.push({ 'rendered/member1/default/configmap_new.json': changed });
    const { status, text } = await diff();
    assert.equal(status, 1, text);
    assert.match(text, /added .*ConfigMap default\/new/);
    assert.match(text, /^member1: ConfigMap default\/a keeps its drift: /m);
  });
});
