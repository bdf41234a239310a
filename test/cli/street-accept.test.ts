import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterNamed } from '#test/one-member.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Returns a runner of `regatta` in a fleet of one cluster with some files. */
function fleetOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-accept-'));
  folders.push(folder);
  const own = { 'clusters/one.yaml': clusterNamed('one'), ...files };
  for (const [path, text] of Object.entries(own)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') };
  const run = (verb: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = runCommand([verb, folder, ...args], { env });
    return { status, stdout, output: `${stdout}${stderr}` };
  };
  return { folder, run };
}

const map = (name: string, annotations = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n${annotations}`;
const accepting = (lines: readonly string[]) =>
  `  annotations:\n    regatta.dev/accept: |\n${lines.map((line) => `      ${line}\n`).join('')}`;

const reason = 'the platform team makes it';
const policy = (accept = '') => `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata:
  name: all
${accept}spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [one, two]}}
`;
const joins = accepting([`place/unknown-cluster: ${reason}`]);
/** Settings without a validation, which takes most of the time of a lint. */
const settings = (accept = '') =>
  `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec:\n  validation: Never\n${accept}`;
const unvalidated = { 'regatta.yaml': settings(), 'templates/a.yaml': map('a') };

describe('street C7: accepted warnings', () => {
  it('street C7: do not repeat in lint and compile, and do not count for --strict', () => {
    const { run } = fleetOf({ ...unvalidated, 'policies/all.yaml': policy(joins) });
    const stdout = 'nothing to correct; 1 accepted warning\n';
    assert.deepEqual(run('lint', '--strict'), { status: 0, stdout, output: stdout });
    const compiled = run('compile', '--strict');
    assert.equal(compiled.status, 0, compiled.output);
    assert.doesNotMatch(compiled.output, /unknown-cluster|accept/);
  });

  it('street C7: cover only their object, whose annotation does not reach the output', () => {
    const { run, folder } = fleetOf({
      'policies/all.yaml': policy().replace(', two', ''),
      'templates/a.yaml': `${map('a', accepting([`validate/no-namespace: ${reason}`]))}---\n${map('b').replace('shop', 'till')}`,
    });
    assert.match(
      run('lint').stdout,
      /^templates\/a\.yaml:14:3: warning validate\/no-namespace: .*\n.*\n0 errors, 1 warning, 1 accepted warning\n$/,
    );
    const { output } = run('compile');
    assert.doesNotMatch(output, /accept/, 'compile does not look for the code');
    const file = join(folder, 'rendered/one/shop/configmap_a.yaml');
    assert.doesNotMatch(readFileSync(file, 'utf8'), /accept|annotations/);
  });

  it('street C7: of files without annotations are in regatta.yaml', () => {
    const accept = (path: string) =>
      settings(
        `  accept:\n  - {code: place/unknown-cluster, path: ${path}, reason: it joins soon}\n`,
      );
    const files = { ...unvalidated, 'policies/all.yaml': policy() };
    for (const path of ['policies', 'policies/all.yaml', '.']) {
      const { status, stdout } = fleetOf({ ...files, 'regatta.yaml': accept(path) }).run('lint');
      assert.deepEqual([status, stdout], [0, 'nothing to correct; 1 accepted warning\n'], path);
    }
    const { stdout } = fleetOf({ ...files, 'regatta.yaml': accept('policies/a') }).run('lint');
    assert.match(stdout, /warning place\/unknown-cluster/);
    assert.match(stdout, /regatta\.yaml:6:5: warning accept\/unused: Fleet: spec\.accept\[0\] /);
  });

  it('street C7: of a chart are in its HelmRelease', () => {
    const line = accepting([`build/hook-left-out: ${reason}`]);
    const { run } = fleetOf({
      'policies/all.yaml': policy(joins),
      'regatta.yaml': settings(),
      'templates/app.yaml': `apiVersion: regatta.dev/v1alpha1\nkind: HelmRelease\nmetadata:\n  name: app\n  namespace: shop\n${line}spec: {chart: ./charts/app}\n`,
      'templates/charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
      'templates/charts/app/templates/hook.yaml': map(
        'h',
        '  annotations: {helm.sh/hook: pre-install}\n',
      ),
      'templates/charts/app/templates/map.yaml': map('m'),
    });
    const { status, output } = run('lint', '--strict');
    assert.deepEqual([status, output], [0, 'nothing to correct; 2 accepted warnings\n']);
  });
});

describe('street C7: faults of an acceptance', () => {
  const lintOf = (lines: readonly string[]) =>
    fleetOf({ ...unvalidated, 'policies/all.yaml': policy(accepting(lines)) }).run('lint');

  const faults: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a missing reason', ['place/unknown-cluster:'], /^policies\/all\.yaml:7:7: .* no reason\n/],
    ['a missing colon', ['place/unknown-cluster'], /no reason\n/],
    [
      'an unknown code',
      ['place/unknown-clusters: soon'],
      /unknown code place\/unknown-clusters\n {2}hint: did you mean place\/unknown-cluster\?/,
    ],
    ['a code twice', ['place/unknown-cluster: a', 'place/unknown-cluster: b'], /:8:7: .* twice\n/],
  ];
  for (const [name, lines, want] of faults) {
    it(`street C7: reports ${name}`, () => {
      const { status, stdout } = lintOf(lines);
      assert.equal(status, 1);
      assert.match(stdout, /error accept\/invalid: ClusterPropagationPolicy all accepts /);
      assert.match(stdout, want);
    });
  }

  it('street C7: reports a code that did not occur', () => {
    const { status, stdout } = lintOf([`place/unknown-cluster: ${reason}`, 'place/no-replicas: x']);
    assert.equal(status, 0);
    assert.match(stdout, /^policies\/all\.yaml:8:7: warning accept\/unused: .*place\/no-replicas/);
    assert.match(stdout, /\n0 errors, 1 warning, 1 accepted warning\n$/);
  });

  it('street C7: an entry of regatta.yaml needs a reason', () => {
    const { stdout } = fleetOf({
      ...unvalidated,
      'regatta.yaml': settings('  accept:\n  - {code: place/unknown-cluster, path: policies}\n'),
      'policies/all.yaml': policy(),
    }).run('lint');
    assert.match(stdout, /error parse\/missing-field: Fleet lacks spec\.accept\[0\]\.reason/);
  });

  it('street C7: errors cannot be accepted', () => {
    const { status, stdout } = fleetOf({
      ...unvalidated,
      'policies/all.yaml': `${policy(accepting(['parse/unknown-field: we know']))}  other: x\n`,
    }).run('lint');
    assert.equal(status, 1);
    assert.match(stdout, /error parse\/unknown-field/);
    assert.match(stdout, /error accept\/invalid: .*parse\/unknown-field is an error here/);
  });
});

describe('street C7: lint --accepted', () => {
  const { run } = fleetOf({ ...unvalidated, 'policies/all.yaml': policy(joins) });

  it('street C7: lists the accepted warnings with their reasons as text', () => {
    const { status, stdout } = run('lint', '--accepted', '--strict');
    assert.equal(status, 0);
    assert.match(stdout, /^policies\/all\.yaml:10:53: accepted place\/unknown-cluster: .*\n/);
    assert.match(stdout, new RegExp(`\n {2}policies/all.yaml:7:7: accepted: ${reason}\n`));
    assert.match(stdout, /\nnothing to correct; 1 accepted warning\n$/);
  });

  it('street C7: and in every other format, where they are absent without it', () => {
    const shown = (format: string, ...args: readonly string[]) =>
      run('lint', '-o', format, ...args).stdout;
    const outputs = new Map<string, string>();
    for (const format of ['json', 'sarif', 'github', 'junit', 'gitlab']) {
      outputs.set(format, shown(format, '--accepted'));
      assert.match(outputs.get(format) ?? '', new RegExp(reason), format);
    }
    for (const format of ['sarif', 'github']) {
      assert.doesNotMatch(shown(format), /unknown-cluster/, format);
    }
    const parsed = (format: string) => JSON.parse(outputs.get(format) ?? '');
    const [{ suppressions }] = parsed('sarif').runs[0].results;
    assert.deepEqual(
      suppressions.map(({ kind, justification }: Record<string, unknown>) => [kind, justification]),
      [['inSource', reason]],
    );
    assert.equal(parsed('json').accepted[0].acceptance.reason, reason);
    assert.match(outputs.get('github') ?? '', /^::notice /);
    assert.match(outputs.get('junit') ?? '', /<skipped message=/);
    assert.equal(parsed('gitlab')[0].severity, 'info');
  });
});
