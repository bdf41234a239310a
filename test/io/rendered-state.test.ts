import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recordRenderedState, scanRendered, unchangedFiles } from '#io/cache/rendered-state.ts';
import { scanInThread, scanStored } from '#io/cache/scan.ts';
import { Store } from '#io/cache/store.ts';
import { marksOf } from '#io/files/listing.ts';

const nothing = { root: 'out', files: [], marks: new Float64Array() };
const files = [
  { path: 'ns/one', digest: 'first', clusters: ['a', 'b'] },
  { path: 'ns/two', digest: 'second', clusters: ['a', 'b'] },
];
const paths = ['out/a/ns/one', 'out/b/ns/one', 'out/a/ns/two', 'out/b/ns/two'];

describe('a scan of the output', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-scan-'));
    const folders = ['out/a/ns', 'out/b/ns', 'out/.git', 'out/node_modules', 'other'];
    for (const folder of folders) await mkdir(join(directory, folder), { recursive: true });
    const others = ['out/.git/config', 'out/node_modules/three', 'other/four'];
    for (const file of [...paths, ...others]) {
      await writeFile(join(directory, file), file);
      await utimes(join(directory, file), 1, 1);
    }
    await symlink('one', join(directory, 'out/a/ns/link'));
    await new Promise((resolve) => setTimeout(resolve, 60));
  });
  after(() => rm(directory, { recursive: true }));

  it('lists files and links with their marks, and skips the folders of Git and npm', () => {
    const { others } = scanRendered(directory, nothing);
    const found = new Map(others.map((file) => [file.path, file]));
    assert.deepEqual([...found.keys()].toSorted(), [...paths, 'out/a/ns/link'].toSorted());
    assert.equal(found.get('out/a/ns/link')?.isRegularFile, false);
    assert.deepEqual(found.get('out/a/ns/one')?.marks, marksOfFile('out/a/ns/one'));
    assert.deepEqual(scanRendered(directory, { ...nothing, root: 'none' }).others, []);
  });

  it('finds unchanged files, and unchanged copies of files that changed for some clusters', async () => {
    const state = recordRenderedState({ root: 'out', files }, marksOfAll(), []);
    const whole = unchangedFiles(state, scanRendered(directory, state));
    assert.deepEqual(
      whole.intact.map(({ marks: _, ...file }) => file),
      files,
    );
    assert.deepEqual(whole.copies, []);

    await writeFile(join(directory, 'out/b/ns/two'), 'out/b/ns/owt');
    const scan = scanRendered(directory, state);
    const part = unchangedFiles(state, scan);
    assert.deepEqual(
      part.intact.map(({ path }) => path),
      ['ns/one'],
    );
    assert.deepEqual(
      part.copies.map(({ path, digest }) => [path, digest]),
      [['out/a/ns/two', 'second']],
    );
    const names = scan.others.map(({ path }) => path);
    assert.deepEqual(names.toSorted(), ['out/a/ns/link', 'out/b/ns/two']);
  });

  it('keeps the marks of files that stay, also when their clusters change', () => {
    const before = recordRenderedState({ root: 'out', files }, marksOfAll(), []);
    const { intact } = unchangedFiles(before, {
      isUnchanged: new Uint8Array(4).fill(1),
      others: [],
    });
    const more = [files[0], { path: 'ns/two', digest: 'second', clusters: ['b'] }];
    const after = recordRenderedState(
      { root: 'out', files: more.flatMap((file) => file ?? []) },
      new Map(),
      intact,
    );
    assert.deepEqual([...after.marks], [...before.marks.subarray(0, 8), ...before.marks.slice(12)]);
  });

  it('does not trust the marks of files that changed a moment ago', async () => {
    await writeFile(join(directory, 'out/a/ns/one'), 'new');
    const state = recordRenderedState({ root: 'out', files }, marksOfAll(), []);
    assert.equal(scanRendered(directory, state).isUnchanged[0], 0);
  });

  it('has the same result in a thread, which reads the stored state', async () => {
    const file = join(directory, 'memory');
    new Store(file, 'code').save({
      state: recordRenderedState({ root: 'out', files }, marksOfAll(), []),
    });
    for (const code of ['code', 'other code']) {
      const task = { directory, root: 'out', file, code };
      const made = scanStored(task);
      assert.equal(made.digest === '', code !== 'code');
      assert.deepEqual(await scanInThread(task), made);
    }
  });

  it('fails in a thread with the same error', async () => {
    const task = { directory, root: '\0', file: join(directory, 'none'), code: '' };
    await assert.rejects(scanInThread(task), { code: 'ERR_INVALID_ARG_VALUE' });
  });

  function marksOfFile(path: string) {
    return marksOf(lstatSync(join(directory, path)));
  }

  function marksOfAll() {
    return new Map(paths.map((path) => [path, marksOfFile(path)]));
  }
});
