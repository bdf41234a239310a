import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { runCommand } from '#test/commands/run-command.ts';

const cluster = `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: one }
`;
const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: { name: all }
spec:
  resourceSelectors: [{ apiVersion: v1, kind: ConfigMap }]
`;
const warned = `apiVersion: v1
kind: ConfigMap
metadata: { name: a, namespace: shop }
`;

describe('regatta lint', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-lint-'));
    await writeFile(join(folder, 'regatta.yaml'), fleet('Lenient'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function fleet(validation: string): string {
    const folders = 'clusters: src, templates: src, policies: src';
    return `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: { ${folders}, validation: ${validation} }\n`;
  }

  async function write(template: string, validation = 'Lenient'): Promise<void> {
    await mkdir(join(folder, 'src'), { recursive: true });
    await writeFile(join(folder, 'regatta.yaml'), fleet(validation));
    await writeFile(join(folder, 'src/all.yaml'), [cluster, policy, template].join('---\n'));
  }

  const regatta = (...args: readonly string[]) => runCommand(args);

  it('ignores warnings without --strict, and writes no file', async () => {
    await write(warned);
    const lenient = regatta('lint', folder);
    assert.equal(lenient.status, 0, lenient.stderr);
    assert.match(lenient.stdout, /warning validate\/no-namespace: .*\n {2}hint: .*\n0 errors, 1 w/);
    const strict = regatta('lint', folder, '--strict', '-o', 'json');
    assert.equal(strict.status, 1);
    assert.equal(JSON.parse(strict.stdout).diagnostics[0].severity, 'error');
    assert.deepEqual((await readdir(folder)).toSorted(), ['regatta.yaml', 'src']);
  });

  it('EN6, EN23: checks in a thread when child processes are forbidden', async () => {
    await write(warned.replace('name: a', 'name: A_b'));
    const permission = [
      '--permission',
      '--allow-worker',
      '--allow-fs-read=*',
      '--allow-fs-write=*',
    ];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...permission, command, 'lint', folder],
      {
        encoding: 'utf8',
        timeout: 60_000,
        env: { XDG_CACHE_HOME: join(folder, 'cache'), PATH: '' },
      },
    );
    assert.equal(status, 1, stderr);
    assert.match(stdout, /metadata\.name: Invalid value: "A_b"/);
  });

  it('prints the help of the guide for each code in SARIF', async () => {
    await write(warned);
    const { stdout } = regatta('lint', folder, '-o', 'sarif');
    const [rule] = JSON.parse(stdout).runs[0].tool.driver.rules;
    assert.equal(rule.id, 'validate/no-namespace');
    assert.match(rule.help.text, /^The repository does not place the object's Namespace/);
  });

  it('fails on an error, on a missing repository, and on an unknown format', async () => {
    await write(`${warned}date: {}\n`);
    const faulty = regatta('lint', folder, '-o', 'github');
    assert.equal(faulty.status, 1);
    assert.match(
      faulty.stdout,
      /^::error file=src\/all\.yaml,line=14,endLine=14,col=1,endColumn=4,title=validate\//m,
    );
    assert.equal(regatta('lint', join(folder, 'none')).status, 2);
    assert.equal(regatta('lint', folder, '-o', 'xml').status, 2);
  });

  it('shows the line at fault when it writes to a terminal', async () => {
    await write(`${warned}date: {}\n`);
    const text = 'date: {}';
    assert.doesNotMatch(regatta('lint', folder).stdout, /\| date/);
    // Node reports a pseudo terminal in the same way.
    const terminal = 'process.stdout.isTTY = true';
    const options = `--import=data:text/javascript,${encodeURIComponent(terminal)}`;
    const { stdout } = spawnSync(process.execPath, [command, 'lint', folder], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: options },
    });
    assert.ok(stdout.includes(`  14 | ${text}\n     | ^^^^\n`), stdout);
  });

  it('runs during compile as spec.validation of the repository requires', async () => {
    const out = join(folder, 'out');
    const compile = (...args: readonly string[]) =>
      regatta('compile', folder, '--out', out, ...args);
    const faulty = `${warned}date: {}\n`;
    await write(faulty);
    assert.equal(compile('--check').status, 1, 'the output is stale');
    assert.doesNotMatch(compile('--check').stderr, /validate/);
    assert.match(compile('--check', '--strict').stderr, /error validate\/unknown-field/);
    await write(faulty, 'Strict');
    assert.match(compile().stderr, /error validate\/unknown-field: .*\n[\s\S]*nothing was written/);
    await write(faulty, 'Never');
    assert.doesNotMatch(compile('--check', '--strict').stderr, /validate/);
    assert.equal(regatta('lint', folder).stdout, 'nothing to correct\n');
  });
});
