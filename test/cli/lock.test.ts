import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { compileDirectory } from '#cli/fleet/compile.ts';
import { lockDirectory } from '#cli/fleet/lock.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import { command } from '#test/command.ts';
import { programFolders } from '../programs.ts';
import { RemoteSources } from './remote-sources.ts';

describe('remote charts and bases', () => {
  const sources = new RemoteSources();
  const saved = { PATH: process.env.PATH, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME };

  before(async () => {
    process.env.PATH = [...programFolders(), saved.PATH].join(delimiter);
    await sources.start();
  });
  after(async () => {
    Object.assign(process.env, saved);
    if (saved.XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    await sources.close();
  });
  beforeEach(() => {
    process.env.XDG_CACHE_HOME = mkdtempSync(join(sources.folder, 'cache-'));
    sources.reset();
  });

  async function diagnosticLines(): Promise<readonly string[]> {
    const { diagnostics } = await compileDirectory(sources.fleet);
    return diagnostics.map((one) => formatDiagnostic(one));
  }

  async function assertReported(...parts: readonly string[]): Promise<void> {
    const lines = (await diagnosticLines()).join('\n');
    for (const part of parts) assert.ok(lines.includes(part), lines);
  }

  async function rendered(name: string): Promise<string> {
    assert.deepEqual(await diagnosticLines(), []);
    return readFileSync(
      join(sources.fleet, `rendered/member1/default/configmap_${name}.yaml`),
      'utf8',
    );
  }

  const lock = (update = false) => lockDirectory(sources.fleet, { update });
  const lockText = () => readFileSync(join(sources.fleet, 'regatta.lock'), 'utf8');

  it('are refused when the settings do not allow network access', async () => {
    sources.write('regatta.yaml', 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n');
    sources.writeRelease();
    sources.writeKustomization(sources.address());
    const asked = sources.files.requests.length;
    await assertReported(
      'templates/web.yaml:6:15: error build/remote: HelmRelease web uses the remote source http',
      'app/kustomization.yaml:1:13: error build/remote: the kustomization uses the remote source http',
    );
    await assert.rejects(lock(), /regatta.yaml does not set network: Allow/);
    assert.equal(sources.files.requests.length, asked);
  });

  it('are refused until regatta lock has pinned them', async () => {
    sources.writeRelease();
    sources.writeKustomization(sources.address());
    const asked = sources.files.requests.length;
    await assertReported(
      'templates/web.yaml:6:15: error build/not-locked: http',
      'app/kustomization.yaml:1:13: error build/not-locked: http',
      'hint: run regatta lock, then review and commit regatta.lock',
    );
    assert.equal(sources.files.requests.length, asked);
  });

  it('are built as pinned, and offline when they are in the cache', async () => {
    sources.writeRelease();
    sources.writeKustomization(sources.address(), `http://${sources.files.host}/app.yaml`);
    sources.write(
      'regatta.lock',
      '# ours\napiVersion: regatta.dev/v1alpha1\nkind: Lock\nimages: {}\n',
    );
    const { lines, faults } = await lock();
    assert.deepEqual(faults, []);
    assert.match(lines.join('\n'), /^added http.*\/app.yaml sha256:[0-9a-f]{64}$/m);
    assert.match(lines.join('\n'), /^added http.*\/bases.git\?ref=main sha256:[0-9a-f]{64}$/m);
    assert.match(lines.join('\n'), /^added http.*\/charts\/web:1.0.0 sha256:[0-9a-f]{64}$/m);
    assert.match(lockText(), /^# ours\n[\s\S]*\nimages: {}\nsources:\n {2}http/);
    assert.deepEqual(await lock(), { lines: [], unused: [], faults: [] });
    rmSync(join(sources.fleet, 'templates/app'), { recursive: true });
    assert.deepEqual((await lock()).unused.length, 2);
    sources.writeKustomization(sources.address(), `http://${sources.files.host}/app.yaml`);

    process.env.REGATTA_OFFLINE = '1';
    try {
      assert.match(await rendered('web'), /value: given-one/);
      assert.match(await rendered('my-base'), /value: first/);
      assert.match(await rendered('plain'), /value: first/);
      process.env.XDG_CACHE_HOME = join(sources.folder, 'none');
      await assertReported(
        'error build/not-fetched: HelmRelease web',
        'OFFLINE forbids network access',
      );
    } finally {
      delete process.env.REGATTA_OFFLINE;
    }
    // A pipeline starts without a cache.
    assert.match(await rendered('web'), /value: given-one/);
  });

  it('are refused after a change until the lock is updated', async () => {
    sources.writeRelease();
    sources.writeKustomization(sources.address());
    await lock();
    sources.publish('two');
    sources.pushBase('second');
    process.env.XDG_CACHE_HOME = join(sources.folder, 'another');
    await assertReported(
      `error build/changed: HelmRelease web uses http://${sources.files.host}/charts/web:1.0.0, whose digest is`,
      `error build/changed: the kustomization uses ${sources.git.url}bases.git?ref=main, whose digest is`,
      'to accept the change, run regatta lock --update',
    );
    assert.match(
      (await lock()).faults.join('\n'),
      /web:1.0.0: the digest is now sha256:\w+; accept it with --update/,
    );
    const { lines } = await lock(true);
    assert.match(lines.join('\n'), /^changed .*web:1.0.0 sha256:\w+ → sha256:\w+$/m);
    assert.match(await rendered('web'), /value: given-two/);
    assert.match(await rendered('my-base'), /value: second/);
  });

  it('K6: must be pinned again when the lock has a digest of the former format', async () => {
    sources.writeKustomization(sources.address());
    await lock();
    const paths = ['common/kustomization.yaml', 'common/map.yaml', 'deploy/kustomization.yaml'];
    const files = paths.map((path) => [path, readFileSync(join(sources.author, path), 'utf8')]);
    const former = `sha256:${hash('sha256', JSON.stringify(files))}`;
    sources.write('regatta.lock', lockText().replace(/sha256:\w+/, former));
    const key = `${sources.git.url}bases.git?ref=main`;
    await assertReported(
      `error build/lock-format: the kustomization uses ${key}, whose digest in regatta.lock has the format of an earlier Regatta`,
      'hint: run regatta lock --update',
    );
    assert.match(
      (await lock()).faults.join(),
      /the format of an earlier Regatta; replace it with --update/,
    );
    assert.equal((await lock(true)).lines.length, 1);
    assert.match(await rendered('my-base'), /value: /);
  });

  it('may refer to other bases, which are pinned too, but not to files outside', async () => {
    sources.pushBase('third', `, "http://${sources.files.host}/app.yaml"`);
    sources.writeKustomization(sources.address());
    const { lines } = await lock();
    assert.match(lines.join('\n'), /^added .*\/app.yaml sha256/m);
    assert.match(lines.join('\n'), /^added .*\/bases.git\?ref=main sha256/m);
    assert.match(await rendered('my-plain'), /value: first/);
    sources.pushBase('fourth', ', ../../../templates/own');
    sources.write('templates/own/kustomization.yaml', '{}');
    await lock(true);
    await assertReported('error build/outside: the kustomization refers to ../../../templates/own');
  });

  it('keep their addresses in fields that hold other text', async () => {
    const plain = `http://${sources.files.host}/app.yaml`;
    const source = { resources: [plain], commonAnnotations: { source: plain } };
    sources.write('templates/app/kustomization.yaml', JSON.stringify(source));
    await lock();
    const text = await rendered('plain');
    assert.ok(text.includes(`source: ${plain}`), text);
  });

  it('can come from an OCI registry', async () => {
    sources.files.push('team/web', '1.0.0', sources.publish('pushed'));
    sources.writeRelease(`oci://${sources.files.host}/team`);
    const { lines, faults } = await lock();
    assert.deepEqual(faults, []);
    assert.match(lines.join(), /^added oci:\/\/127.0.0.1:\d+\/team\/web:1.0.0 sha256:\w{64}$/);
    assert.match(await rendered('web'), /value: given-pushed/);
  });

  it('are reported with the reason when the fetch fails', async () => {
    sources.writeKustomization(
      `${sources.git.url}none.git?ref=main`,
      `http://${sources.files.host}/none.yaml`,
    );
    const { faults } = await lock();
    assert.match(faults.join('\n'), /none.git\?ref=main: fetch failed: .*not found/);
    assert.match(faults.join('\n'), /none.yaml: fetch failed: the server answered 404/);
    assert.throws(lockText, /ENOENT/);
    const { status, stderr } = await spawned(process.execPath, command, 'lock', sources.fleet);
    assert.equal(status, 1);
    assert.match(stderr, /^http.*none.yaml: fetch failed: the server answered 404$/m);
  });
});

/** Runs a program asynchronously, because the servers are in this process. */
async function spawned(program: string, ...args: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<{ status: number; stderr: string }>();
  execFile(program, args, (error, _, stderr) =>
    resolve({ status: Number(error?.code ?? 0), stderr }),
  );
  return promise;
}
