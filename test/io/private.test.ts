import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readBlob, saveBlob } from '#io/fetch/blobs.ts';
import { makePrivate } from '#io/files/private.ts';
import { openGit } from '#io/git/source.ts';
import { openSightings } from '#io/sightings.ts';
import { command } from '#test/command.ts';

const example = join(import.meta.dirname, '../../examples/bookinfo');

describe('what Regatta stores on the machine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-private-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Returns the paths below a folder that other users could use, with their modes. */
  function widePaths(path: string): readonly string[] {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return [];
    const below = stats.isDirectory() ? readdirSync(path) : [];
    const own = (stats.mode & 0o077) === 0 ? [] : [`${path} ${(stats.mode & 0o777).toString(8)}`];
    return [...own, ...below.flatMap((name) => widePaths(join(path, name)))];
  }

  function widen(path: string): void {
    const isFolder = lstatSync(path).isDirectory();
    chmodSync(path, isFolder ? 0o755 : 0o644);
    if (isFolder) for (const name of readdirSync(path)) widen(join(path, name));
  }

  it('K16: S16: compile corrects the modes of its caches at start', () => {
    const fleet = join(folder, 'fleet');
    cpSync(example, fleet, { recursive: true });
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const compile = () => execFileSync(process.execPath, [command, 'compile', fleet], { env });
    const cache = join(folder, 'cache/regatta');

    compile();
    assert.notDeepEqual(readdirSync(cache), []);
    assert.deepEqual(widePaths(cache), []);

    widen(cache);
    compile();
    assert.deepEqual(widePaths(cache), []);
  });

  it('K16: a fetched chart or base is private, also under a wide umask', () => {
    const saved = { umask: process.umask(0), cache: process.env.XDG_CACHE_HOME };
    process.env.XDG_CACHE_HOME = join(folder, 'blobs');
    try {
      saveBlob('file', 'sha256:0', Buffer.from('a'));
      assert.equal(readBlob('file', 'sha256:0'), undefined);
      assert.deepEqual(readdirSync(join(folder, 'blobs/regatta/sources')), ['file-sha256-0']);
      assert.deepEqual(widePaths(join(folder, 'blobs/regatta')), []);
    } finally {
      process.umask(saved.umask);
      if (saved.cache === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = saved.cache;
    }
  });

  it('K16: S16: a clone is private, also one with wider modes', async () => {
    const repo = join(folder, 'repo');
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', repo, ...args]);
    mkdirSync(join(repo, 'rendered/member1'), { recursive: true });
    writeFileSync(join(repo, 'rendered/member1/a.yaml'), 'kind: ConfigMap\n');
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    git(...author, 'commit', '--quiet', '--message', 'a');
    const stateDirectory = join(folder, 'state');
    const options = { repo, branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
    const signal = AbortSignal.timeout(20_000);

    await (await openGit(options)).fetch(signal);
    assert.deepEqual(widePaths(stateDirectory), []);

    for (const name of readdirSync(stateDirectory)) widen(join(stateDirectory, name));
    await (await openGit(options)).fetch(signal);
    assert.deepEqual(widePaths(stateDirectory), []);
  });

  it('K16: the times when clusters answered are private', async () => {
    const sightings = openSightings(join(folder, 'status'), 'https://git.example.com/fleet');
    await sightings.note('member1', 0);
    assert.deepEqual(widePaths(join(folder, 'status')), []);
  });

  it('K16: a link in a cache changes the mode of no other file', () => {
    const outside = join(folder, 'outside');
    writeFileSync(outside, '');
    chmodSync(outside, 0o644);
    mkdirSync(join(folder, 'cache'));
    symlinkSync(outside, join(folder, 'cache/link'));
    makePrivate(join(folder, 'cache'));
    assert.equal(lstatSync(outside).mode & 0o777, 0o644);
  });
});
