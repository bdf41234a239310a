import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { blobDigest, saveBlob } from '#io/fetch/blobs.ts';
import { command } from '#test/command.ts';
import { clusterNamed } from '#test/one-member.ts';

const url = 'https://127.0.0.1:9';
const head = 'apiVersion: regatta.dev/v1alpha1\n';
/** The list of files of a repository, one of which is outside of its folder. */
const list = JSON.stringify([
  ['deploy/kustomization.yaml', 'resources: []\n'],
  ['../../../../outside', 'x'],
]);

describe('a lock that gives the digest of a file to a repository', () => {
  let folder: string;
  const saved = process.env.XDG_CACHE_HOME;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-lock-'));
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
  });
  afterEach(() => {
    if (saved === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = saved;
    rmSync(folder, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, 'fleet', path)), { recursive: true });
    writeFileSync(join(folder, 'fleet', path), text);
  }

  /** Compiles a fleet whose lock has a digest that the cache knows. Returns what the compile prints. */
  function compiled(type: 'file' | 'git', content: string): string {
    const blob = Buffer.from(content);
    const digest = blobDigest(blob);
    saveBlob(type, digest, blob);
    const names = [`${url}/bases.git?ref=main`, `${url}/bases.git//deploy?ref=main`];
    const sources = names.map((name) => `  ${JSON.stringify(name)}: ${digest}\n`).join('');
    write('regatta.yaml', `${head}kind: Fleet\nspec: {network: Allow}\n`);
    write('regatta.lock', `${head}kind: Lock\nsources:\n${sources}`);
    write('clusters/one.yaml', clusterNamed('one'));
    write('templates/app/kustomization.yaml', `resources: ["${names[1]}"]\n`);
    const env = { ...process.env, REGATTA_OFFLINE: '1' };
    const args = [command, 'compile', join(folder, 'fleet')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    assert.equal(status, 1, stdout + stderr);
    assert.ok(!existsSync(join(folder, 'fleet/rendered')));
    return stderr;
  }

  it('K6: S03: reaches no file, because the cache knows files and repositories apart', () => {
    assert.match(compiled('file', list), /build\/not-fetched: .*REGATTA_OFFLINE forbids/);
  });

  it('K6: S03: writes no file outside of its folder, even if the cache has the repository', () => {
    const said = compiled('git', `regatta git files v1\n${list}`);
    assert.match(said, /unsafe path/);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    assert.ok(!files.some((file) => file.endsWith('outside')), files.join('\n'));
  });
});
