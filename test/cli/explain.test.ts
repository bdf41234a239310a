import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';

const fixture = join(import.meta.dirname, '../fixtures/explain');

/** UPDATE_GOLDEN=1 rewrites the expected output; review the difference before you commit it. */
describe('regatta explain', () => {
  for (const name of ['won', 'lost', 'untolerated', 'spread', 'divided']) {
    it(`explains an object that is ${name}`, () => {
      const { status, out, err } = run(`deployment/${name}`, '--namespace', 'shop');
      assert.equal(status, 0, err);
      const file = join(fixture, 'want', `${name}.txt`);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, out);
      assert.equal(out, readFileSync(file, 'utf8'));
    });
  }

  it('explains one cluster with --cluster', () => {
    const { out } = run('deploy/divided', '-n', 'shop', '-c', 'paris');
    assert.match(out, /\n {2}paris\n {4}OverridePolicy shop\/mirror/);
    assert.doesNotMatch(out, /tokyo {2}ClusterAffinity|^ {2}boston {2}1 replica/m);
  });

  it('prints the whole explanation as JSON', () => {
    const { out } = run('deploy/divided', '-n', 'shop', '-o', 'json');
    const explanation = JSON.parse(out);
    assert.equal(explanation.object, 'Deployment shop/divided');
    assert.deepEqual(explanation.policies[0], {
      policy: 'PropagationPolicy shop/divided',
      outcome: 'won',
      reason: 'selects it by its labels, with priority 0',
      at: { file: 'policies/placement.yaml', line: 104, column: 7 },
    });
    assert.deepEqual(explanation.placement.clusters, [
      { name: 'berlin', replicas: 3 },
      { name: 'boston', replicas: 1 },
      { name: 'paris', replicas: 3 },
    ]);
    assert.equal(explanation.attempts[0].divisions[0].strategy, 'StaticWeight');
    assert.equal(explanation.objects[0].overrides[0].fields.length, 2);
  });

  it('names the lines that pin images', (t) => {
    const fleet = mkdtempSync(join(tmpdir(), 'regatta-explain-'));
    t.after(() => rmSync(fleet, { recursive: true }));
    cpSync(join(import.meta.dirname, '../golden/images/repo'), fleet, { recursive: true });
    const { out } = run('deploy/app', '-C', fleet);
    assert.match(out, /^locked images\n( {2}\S+ +sha256:\w{64} +regatta.lock:\d+\n)+/m);
  });

  it('explains in spite of faulty sources, and reports the faults', (t) => {
    const fleet = mkdtempSync(join(tmpdir(), 'regatta-explain-'));
    t.after(() => rmSync(fleet, { recursive: true }));
    cpSync(fixture, fleet, { recursive: true });
    writeFileSync(join(fleet, 'policies/faulty.yaml'), 'kind: [');
    const { status, out, err } = run('deploy/won', '-n', 'shop', '-C', fleet);
    assert.equal(status, 1);
    assert.match(err, /policies\/faulty.yaml:1:\d+: error parse\/invalid-yaml/);
    assert.match(err, /1 error: faulty objects are missing from the explanation/);
    assert.match(out, /won {7}PropagationPolicy shop\/won/);
  });

  it('shows the placement that is kept, and with --fresh a new division', (t) => {
    const fleet = mkdtempSync(join(tmpdir(), 'regatta-explain-'));
    t.after(() => rmSync(fleet, { recursive: true }));
    cpSync(join(import.meta.dirname, '../golden/division/repo'), fleet, { recursive: true });
    assert.equal(runCommand(['compile', fleet]).status, 0);
    const kept = run('deploy/dynamic', '-C', fleet).out;
    assert.match(kept, /DynamicWeight: unchanged, because the previous assignment still fits/);
    assert.match(kept, /^ {2}a {2}keeps 3 {2}gets 3$/m);
    const fresh = run('deploy/dynamic', '-C', fleet, '--fresh').out;
    assert.match(fresh, /DynamicWeight: 5, all replicas/);
    assert.match(
      fresh,
      /^ {2}a {2}available 8 {2}2\.86 of 5 {2}gets 3 {2}last claim 1\.600 {2}next claim 1\.143$/m,
    );
  });

  it('divides the completions of a Job', () => {
    const { out } = run('job/shared', '-n', 'shop');
    assert.match(out, /^ {2}asks for 3 replicas$/m);
    assert.match(out, /^ {2}completions are divided in proportion to replicas$/m);
    assert.match(out, /^ {2}boston {2}1 replica, 3 completions$/m);
    assert.match(out, /^ {2}paris {3}2 replicas, 7 completions$/m);
  });

  it('accepts the same names of kinds as kubectl', () => {
    for (const kind of ['Deployment', 'deployments', 'deploy', 'deployments.apps']) {
      assert.match(run(`${kind}/won`, '-n', 'shop').out, /^Deployment shop\/won/);
    }
  });

  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['deploy/one'], 1, /no template for deploy one in namespace default/],
    [['deploy/wonn', '-n', 'shop'], 1, /did you mean won\?/],
    [['deploy/won'], 1, /did you mean Deployment shop\/won\?/],
    [['deplyment/won', '-n', 'shop'], 1, /did you mean deployment\?/],
    [
      ['deploy/won', '-n', 'shop', '-c', 'berlim'],
      2,
      /no such cluster: berlim \(clusters: .*berlin/,
    ],
    [['won'], 2, /expected kind\/name/],
  ];
  for (const [args, status, message] of wrong) {
    it(`reports what is wrong with ${args.join(' ')}`, () => {
      const got = run(...args);
      assert.equal(got.status, status);
      assert.equal(got.out, '');
      assert.match(got.err, message);
    });
  }
});

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = runCommand(['explain', '-C', fixture, ...args]);
  return { status, out: stdout, err: stderr };
}
