import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listAll, listInThread } from '#io/listing.ts';

describe('a listing', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-listing-'));
    for (const folder of ['a/b', 'a/.git', 'a/node_modules']) {
      await mkdir(join(directory, folder), { recursive: true });
    }
    for (const file of ['a/one', 'a/b/two', 'a/.git/config', 'a/node_modules/three', 'other']) {
      await writeFile(join(directory, file), file);
    }
    await symlink('one', join(directory, 'a/link'));
  });
  after(() => rm(directory, { recursive: true }));

  it('has files and links with their marks, and nothing of Git and npm', () => {
    const { paths, marks, ordinary } = listAll(directory, ['a', 'none']);
    assert.deepEqual(paths.toSorted(), ['a/b/two', 'a/link', 'a/one']);
    assert.deepEqual(
      paths.filter((_, index) => ordinary[index] === 0),
      ['a/link'],
    );
    assert.equal(marks[paths.indexOf('a/b/two') * 4], 'a/b/two'.length);
  });

  it('is the same when a thread makes it', async () => {
    assert.deepEqual(await listInThread({ directory, paths: ['a'] }), listAll(directory, ['a']));
  });

  it('fails in the thread as it does without', async () => {
    await assert.rejects(listInThread({ directory, paths: ['\0'] }), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });
});
