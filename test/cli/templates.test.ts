import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { runCommand } from '#test/commands/run-command.ts';

const root = join(import.meta.dirname, '../..');
/** Shared by all runs: with a temporary folder for each run, Node would compile Regatta again every time. */
const compiled = join(tmpdir(), 'node-compile-cache');

describe('regatta compile with Kustomize and Helm templates', () => {
  let folder: string;
  let fleet: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-templates-'));
    fleet = join(folder, 'fleet');
    await cp(join(root, 'examples/kustomize'), fleet, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Returns an environment with an empty PATH. The caches are outside of the fleet, so that Regatta does not compile their files. */
  function environment() {
    return {
      PATH: '',
      HOME: folder,
      TMPDIR: folder,
      XDG_CACHE_HOME: folder,
      NODE_COMPILE_CACHE: compiled,
    };
  }

  /** Returns the output of a compile. */
  async function compile(...flags: readonly string[]): Promise<string> {
    const { stdout, stderr } = runCommand(['compile', fleet, ...flags], { env: environment() });
    return `${stdout}${stderr}`;
  }

  it('leaves no files except its output', async () => {
    const before = await readdir(folder);
    const how = { encoding: 'utf8', env: environment() } as const;
    const { stdout } = spawnSync(process.execPath, [command, 'compile', fleet], how);
    assert.match(stdout, /^8 objects for 2 clusters: 9 files written/);
    const left = (await readdir(folder)).filter((name) => !before.includes(name));
    assert.deepEqual(
      left.filter((name) => name !== 'regatta'),
      [],
    );
  });

  it('K7: does not follow a link out of the repository', async () => {
    const base = join(fleet, 'templates/shop/base');
    await writeFile(join(folder, 'secret.yaml'), 'kind: Secret\n');
    await rm(join(base, 'service.yaml'));
    await symlink(join(folder, 'secret.yaml'), join(base, 'service.yaml'));
    assert.match(
      await compile(),
      /^templates\/shop\/base\/service.yaml:1:1: error build\/outside: templates\/shop\/base\/service.yaml is a symbolic link that leads out of the repository\n/,
    );
  });

  it('treats warnings as errors with --strict', async () => {
    await rm(join(fleet, 'policies'), { recursive: true });
    assert.match(await compile(), /warning select.no-policy/);
    assert.match(await compile('--strict'), /error select.no-policy/);
  });

  it('lets diff name the line of the values that caused a change', async () => {
    await rm(fleet, { recursive: true });
    await cp(join(root, 'examples/helm'), fleet, { recursive: true });
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const git = (...args: readonly string[]) =>
      execFileSync('git', [...identity, ...args], { cwd: fleet });
    git('init', '--quiet');
    for (const replicas of [3, 4]) {
      await writeFile(join(fleet, 'values/live.yaml'), `monitoring: true\nreplicas: ${replicas}\n`);
      await compile();
      git('add', '--all');
      git('commit', '--quiet', '--message', `${replicas}`);
    }
    const { stdout } = runCommand(['diff', fleet, '--base', 'HEAD~1']);
    assert.match(
      stdout,
      /changed Deployment site\/web \(6 → 8 replicas\) × 2 clusters: oslo, paris/,
    );
    assert.match(stdout, /because of values\/live.yaml:2/);
  });

  it('reports at the resource which policy selects none of its fields', async () => {
    const file = join(fleet, 'templates/shop/base/service.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('kind: Service', 'kind: Ingress').replace('v1', 'x/v1'));
    assert.match(
      await compile(),
      /^templates\/shop\/base\/service.yaml:1:1: warning select\/no-policy: Ingress shop\/cart/m,
    );
  });
});
