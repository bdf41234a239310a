import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listFiles, listFolders, listTree } from '#io/git/commands/queries.ts';
import { GitHistory } from '#io/git/history.ts';
import { runGit } from '#io/git/process.ts';
import { openGit } from '#io/git/source.ts';
import { directoryLimit, memoryLimit } from '#io/memory-limit.ts';
import { defaultSyncerSettings } from '#model/sync-settings.ts';
import { readDesired } from '#syncer/desired/desired.ts';
import { runRegatta } from '#test/cluster/scenario.ts';
import { clusterNamed, configMapsTo } from '#test/one-member.ts';
import { FakeSource } from '#test/syncer/fake-source.ts';
import { configMapFile, sampleFleet } from '#test/syncer/samples.ts';

const never = new AbortController().signal;
const mebibyte = 1024 ** 2;
let folder: string;

function git(input: string, ...args: readonly string[]): string {
  const own = ['-c', 'user.name=a', '-c', 'user.email=a@localhost'];
  return execFileSync('git', [...own, ...args], { cwd: folder, input, encoding: 'utf8' }).trim();
}

/** A source that records the sizes of its answers. */
class MeasuredSource extends FakeSource {
  readonly sizes: number[] = [];

  override async read(oids: readonly string[]) {
    const texts = await super.read(oids);
    this.sizes.push([...texts.values()].reduce((sum, { length }) => sum + length, 0));
    return texts;
  }
}

async function readWith(source: FakeSource, maxDirectoryBytes?: number) {
  const tree = (await source.tree('one')) ?? assert.fail();
  const directory = {
    tree,
    cluster: 'member1',
    settings: defaultSyncerSettings,
    fleet: sampleFleet,
  };
  return (await readDesired({ source, maxDirectoryBytes }, directory, new Map(), never)).content;
}

/** Returns the files of a directory with that many ConfigMaps of one MiB. */
function large(count: number): Readonly<Record<string, string>> {
  const files = Array.from({ length: count }, (_, i) => {
    const value = String(i).padEnd(mebibyte, 'x');
    return [`member1/default/configmap_c${i}.json`, configMapFile(`c${i}`, value)] as const;
  });
  return Object.fromEntries(files);
}

describe('a repository that is too large', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-bounds-'));
    git('', 'init', '--quiet', '--initial-branch=main');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('K20: a compile asks for the size of a source file before it reads the file', async () => {
    const fleet = mkdtempSync(join(folder, 'fleet-'));
    execFileSync('mkdir', [
      '-p',
      join(fleet, 'clusters'),
      join(fleet, 'policies'),
      join(fleet, 'templates'),
    ]);
    writeFileSync(join(fleet, 'clusters/member1.yaml'), clusterNamed('member1'));
    writeFileSync(join(fleet, 'policies/all.yaml'), configMapsTo('member1'));
    writeFileSync(join(fleet, 'templates/huge.yaml'), '');
    // Node cannot read a file of this size into memory at all.
    truncateSync(join(fleet, 'templates/huge.yaml'), 64 * 1024 * mebibyte);
    const { status, text } = await runRegatta('compile', fleet);
    assert.equal(status, 1, text);
    assert.match(text, /templates\/huge\.yaml:1:1: .*cannot be read: it is larger than 16 MiB/);
  });

  it('K20: a work tree is at most 1 GiB', async () => {
    const blob = git(' '.repeat(15 * mebibyte), 'hash-object', '-w', '--stdin');
    const lines = Array.from({ length: 70 }, (_, i) => `100644 blob ${blob}\tf${i}\n`);
    const tree = git(lines.join(''), 'mktree');
    const commit = git('', 'commit-tree', '-m', 'large', tree);
    git('', 'update-ref', 'refs/heads/main', commit);
    const stateDirectory = join(folder, 'state');
    const options = { repo: folder, branch: 'main', path: 'rendered', allowRewind: false };
    const source = await openGit({ ...options, stateDirectory, whole: true });
    await source.fetch(never);
    const message = `the files of commit ${commit.slice(0, 12)} are 1050 MiB; the limit is 1024 MiB`;
    await assert.rejects(source.checkout(commit, never), { message });
    const history = await GitHistory.open(folder, never);
    await assert.rejects(history.withFiles({ commit }, assert.fail), { message });
  });

  it('K20: lists of files have a maximum size', async () => {
    const commit = git('', 'rev-parse', 'main');
    const lists = [listTree(commit, []), listFiles(commit, []), listFolders(commit, 'rendered')];
    for (const list of lists) assert.equal(list.maxOutput, 128 * mebibyte);
    const bounded = { ...listTree(commit, []), maxOutput: 1000 };
    await assert.rejects(
      runGit(folder, bounded, never),
      /git ls-tree printed more than 1000 bytes/,
    );
  });

  it('K20: a directory is at most an eighth of the memory of the process', async () => {
    assert.ok(directoryLimit() <= memoryLimit() / 8);
    const source = new FakeSource();
    source.advance('one', large(5));
    const content = await readWith(source, 4 * mebibyte);
    assert.ok(content.type === 'refused');
    assert.equal(content.reason, 'rendered/member1 holds 6 MiB; the limit is 4 MiB');
    assert.deepEqual(source.reads, [], 'before its contents are read');
  });

  it('K20: the contents of a directory are never all in memory', async () => {
    const source = new MeasuredSource();
    source.advance('one', large(40));
    const content = await readWith(source);
    assert.ok(content.type === 'desired' && content.desired.objects.size === 40);
    assert.ok(
      source.sizes.every((size) => size <= 8 * mebibyte),
      source.sizes.join(),
    );
  });
});
