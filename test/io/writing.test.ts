import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { changeFiles, readFiles } from '#io/files/files.ts';
import { type Marks, marksOf } from '#io/files/listing.ts';

/** Returns enough files for a second thread, in folders that contain both files and folders. */
function manyFiles(generation: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (let cluster = 0; cluster < 40; cluster++) {
    for (let file = 0; file < 30; file++) {
      const text = `${generation} ${file % 7}`;
      files.set(`rendered/c${cluster}/z${file}.yaml`, text);
      files.set(`rendered/c${cluster}/ns/${file}.yaml`, text);
    }
  }
  return files;
}

describe('writing thousands of files', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-writing-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('writes each file with its text, and reports its marks', async () => {
    for (const generation of ['made', 'replaced']) {
      const files = manyFiles(generation);
      const marks = new Map<string, Marks>();
      await changeFiles(directory, { write: files, remove: [] }, (path, of) => marks.set(path, of));
      const there = readFiles(directory, ['rendered']);
      assert.deepEqual([...there].toSorted(), [...files].toSorted());
      assert.equal(marks.size, files.size);
      for (const [path, of] of marks) {
        assert.deepEqual([...of], [...marksOf(lstatSync(join(directory, path)))], path);
      }
    }
  });

  it('K39: replaces a file whose name is as long as a file system allows', async () => {
    const path = `long/${'n'.repeat(250)}.yaml`;
    for (const text of ['made', 'replaced']) {
      await changeFiles(directory, { write: new Map([[path, text]]), remove: [] });
      assert.equal(readFileSync(join(directory, path), 'utf8'), text);
    }
  });

  it('fails when one file cannot be written, and leaves only complete files', async () => {
    const folder = join(directory, 'fault');
    mkdirSync(join(folder, 'rendered'), { recursive: true });
    // This file is in the place of a folder.
    writeFileSync(join(folder, 'rendered/c20'), 'in the way');
    await assert.rejects(changeFiles(folder, { write: manyFiles('made'), remove: [] }), /ENOTDIR/);
    assert.equal(readFileSync(join(folder, 'rendered/c20'), 'utf8'), 'in the way');
    const texts = new Map(readFiles(folder, ['rendered']));
    texts.delete('rendered/c20');
    for (const text of texts.values()) assert.match(String(text), /^made \d$/);
  });
});
