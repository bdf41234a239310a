import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { BudgetFleet, clusters, configMaps, policy } from './budget-fleet.ts';

let fleet: BudgetFleet;
const one = configMaps(1);
const selected = policy('maps', '{apiVersion: v1, kind: ConfigMap}', ['a', 'b']);
const found =
  'templates/maps.yaml:1:1: error select/unplaced: ConfigMap shop/m0 is placed on a and b, but no policy selects it any more\n';

/** Each step checks out the first commit again. */
describe('a workload that a change empties', () => {
  before(async () => {
    fleet = await BudgetFleet.open({
      'clusters/a.yaml': clusters('a'),
      'clusters/b.yaml': clusters('b'),
      'templates/maps.yaml': one,
      'templates/other.yaml': one.replaceAll('m0', 'other').replaceAll('ConfigMap', 'Secret'),
      'policies/maps.yaml': selected,
      'policies/other.yaml': policy('other', '{apiVersion: v1, kind: Secret}', ['a', 'b']),
    });
  });
  after(() => fleet?.close());

  async function compileWith(files: Parameters<BudgetFleet['write']>[0], ...flags: string[]) {
    fleet.git('checkout', '--quiet', '--force', 'main');
    fleet.git('clean', '--quiet', '--force', '-d', '--', '.');
    await fleet.write(files);
    return fleet.run('compile', ...flags, fleet.directory);
  }

  it('K30: stops the compile when the policy is removed', async () => {
    const { status, err } = await compileWith({ 'policies/maps.yaml': undefined });
    assert.equal(status, 1);
    assert.ok(err.includes(found), err);
    assert.equal(fleet.git('status', '--porcelain', 'rendered', 'bindings'), '');
    const partial = await compileWith({ 'policies/maps.yaml': undefined }, '--partial');
    assert.equal(partial.status, 1);
    assert.equal(fleet.git('status', '--porcelain', 'rendered', 'bindings'), '');
  });

  it('K30: stops the compile when the selector changes', async () => {
    const changed = policy('maps', '{apiVersion: v1, kind: ConfigMap, name: m1}', ['a', 'b']);
    const { status, err } = await compileWith({ 'policies/maps.yaml': changed });
    assert.equal(status, 1);
    assert.ok(err.includes(found), err);
  });

  it('K30: stops the compile when the group of the policy is misspelt, or its affinity matches no cluster', async () => {
    const misspelt = selected.replace('policy.karmada.io', 'policy.karmda.io');
    assert.equal((await compileWith({ 'policies/maps.yaml': misspelt })).status, 1);
    const affinity = policy('maps', '{apiVersion: v1, kind: ConfigMap}', ['c']);
    assert.equal((await compileWith({ 'policies/maps.yaml': affinity })).status, 1);
    assert.equal(fleet.git('status', '--porcelain', 'rendered', 'bindings'), '');
  });

  it('K30: compiles with the acknowledgement that the hint prints, which the syncer accepts', async () => {
    const { err } = await compileWith({ 'policies/maps.yaml': undefined });
    const [, text = ''] = /file: (\{.*\})$/m.exec(err) ?? [];
    const files = { 'policies/maps.yaml': undefined, 'policies/ack.yaml': `${text}\n` };
    const { status, err: rest } = await compileWith(files);
    assert.equal(status, 0, rest);
    fleet.git('add', '--all');
    fleet.git('checkout', '--quiet', '-b', 'emptied');
    fleet.git('commit', '--quiet', '--message', 'emptied');
    const acknowledged = fleet.git('show', 'HEAD:rendered/b/_acknowledged.txt');
    assert.match(acknowledged, /^shop\/configmap_m0\.yaml$/m);
    const { out } = fleet.diff('main', 'emptied');
    assert.match(
      out,
      /! unplaced: ConfigMap shop\/m0 is deleted everywhere, but its template stays/,
    );
    assert.equal(fleet.run('compile', fleet.directory).status, 0);
  });

  it('K30: does not concern a deleted template, a cluster that leaves, or fewer clusters', async () => {
    const gone = { 'templates/maps.yaml': undefined, 'policies/maps.yaml': undefined };
    assert.equal((await compileWith(gone)).status, 0);
    const fewer = policy('maps', '{apiVersion: v1, kind: ConfigMap}', ['a']);
    assert.equal((await compileWith({ 'policies/maps.yaml': fewer })).status, 0);
    fleet.git('add', '--all');
    fleet.git('commit', '--quiet', '--message', 'fewer');
    const left = await compileWith({
      'clusters/a.yaml': undefined,
      'policies/maps.yaml': undefined,
      'policies/other.yaml': policy('other', '{apiVersion: v1, kind: Secret}', ['b']),
    });
    assert.equal(left.status, 0, left.err);
  });

  it('K30: is a warning with --profile karmada, because Karmada deletes', async () => {
    fleet.git('reset', '--quiet', '--hard', 'HEAD~1');
    const files = { 'policies/maps.yaml': undefined };
    const { status, err } = await compileWith(files, '--profile', 'karmada');
    assert.equal(status, 0, err);
    assert.match(err, /warning select\/unplaced: ConfigMap shop\/m0 is placed on a and b/);
  });
});
