import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { changeFiles, readFiles, readOwnFiles } from '#io/files/files.ts';
import { occupiedPaths } from '#io/files/occupied.ts';

describe('K7: symbolic links', () => {
  let folder: string;
  let repository: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-links-'));
    repository = join(folder, 'repository');
    mkdirSync(repository);
    write('../outside/secret', 'secret');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }

  function link(path: string, target: string): void {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    symlinkSync(target, join(repository, path));
  }

  /** Creates files, and links by their targets, and skips those that it cannot create. */
  function makeAnyhow(entries: readonly (readonly [path: string, target: string | null])[]): void {
    rmSync(repository, { recursive: true });
    mkdirSync(repository);
    for (const [path, target] of entries) {
      try {
        if (target === null) write(path, 'inside');
        else link(path, target === '' ? '.' : target);
      } catch {
        // The path exists already, or is below a file or a dangling link.
      }
    }
    rmSync(join(folder, 'outside'), { recursive: true });
    write('../outside/secret', 'secret');
  }

  function read(...paths: readonly string[]): Record<string, unknown> {
    const contents = Array.from(readFiles(repository, paths), ([path, content]) => [
      path,
      typeof content === 'string' ? content : content.reason,
    ]);
    return Object.fromEntries(contents);
  }

  it('lead to files and folders of the repository, through up to 16 links', () => {
    write('shared/a', 'a');
    write('shared/inner/b', 'b');
    link('top/folder', '../shared');
    link('top/file', 'folder/inner/../a');
    link('chain0', 'shared');
    for (let index = 1; index < 17; index++) link(`chain${index}`, `chain${index - 1}`);
    assert.deepEqual(read('top'), {
      'top/file': 'a',
      'top/folder/a': 'a',
      'top/folder/inner/b': 'b',
    });
    assert.deepEqual(read('chain15/a', 'top/folder/inner'), {
      'chain15/a': 'a',
      'top/folder/inner/b': 'b',
    });
    assert.deepEqual(read('chain16'), {
      chain16: 'chain16 is a symbolic link that leads through more than 16 others',
    });
  });

  it('do not lead out of the repository', () => {
    write('.git/config', 'password');
    link('up', '..');
    link('a/absolute', repository);
    link('a/git', '../.GIT/config');
    link('a/around', 'back/around');
    link('a/back', '../a');
    link('a/none', 'other');
    link('a/far', '../up/outside/secret');
    assert.deepEqual(read('a', 'up', 'up/outside', '.git/config', '..', '../outside'), {
      'a/absolute': 'a/absolute is a symbolic link that leads out of the repository',
      'a/git': 'a/git is a symbolic link that leads out of the repository',
      'a/around': 'a/around is a symbolic link that leads through more than 16 others',
      'a/back': 'a/back is part of a loop of symbolic links',
      'a/none': 'a/none is a symbolic link to a file that does not exist',
      'a/far': 'a/far is a symbolic link that leads out of the repository',
      up: 'up is a symbolic link that leads out of the repository',
      'up/outside': 'up is a symbolic link that leads out of the repository',
    });
  });

  it('cannot multiply files without limit', () => {
    for (let level = 0; level < 16; level++) {
      for (const name of ['a', 'b', 'c']) link(`level${level}/${name}`, `../level${level + 1}`);
    }
    write('level16/file', 'text');
    const files = Object.entries(read('level0'));
    assert.ok(files.length <= 20_001);
    const faults = files.filter(([, content]) => content !== 'text').map(([, fault]) => fault);
    assert.deepEqual(faults, ['symbolic links lead to more than 20000 files']);
  });

  it('are not followed when Regatta writes', async () => {
    link('rendered', '../outside');
    mkdirSync(join(repository, 'bindings'));
    link('bindings/link', '../../outside');
    link('file', '../outside/secret');
    for (const change of [
      { write: new Map([['rendered/new', 'x']]), remove: [] },
      { write: new Map([['bindings/link/deep/new', 'x']]), remove: [] },
      { write: new Map(), remove: ['rendered/secret'] },
      { write: new Map(), remove: ['bindings/link/secret'] },
    ]) {
      await assert.rejects(
        changeFiles(repository, change),
        /^Error: (rendered|bindings\/link) is a symbolic link, and Regatta writes through no link$/,
      );
    }
    await changeFiles(repository, { write: new Map([['file', 'x']]), remove: [] });
    assert.equal(readFileSync(join(folder, 'outside/secret'), 'utf8'), 'secret');
    assert.equal(readFileSync(join(repository, 'file'), 'utf8'), 'x');
    assert.deepEqual([...readOwnFiles(repository, ['rendered/secret', 'bindings'])].length, 2);
    assert.deepEqual(
      occupiedPaths(repository, ['rendered/new', 'bindings/link/new', 'bindings/x']),
      ['bindings/link', 'rendered'],
    );
  });

  it('never lead to a file outside, for any combination of links', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const part = fc.constantFrom('a', 'b', 'c', '..', '.', '', 'outside', 'repository');
    const target = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
    const made = fc.array(fc.tuple(path, fc.option(target)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(made, fc.array(path, { minLength: 1, maxLength: 3 }), (entries, asked) => {
        makeAnyhow(entries);
        for (const content of Object.values(read('.', ...asked))) {
          assert.notEqual(content, 'secret');
        }
      }),
      { numRuns: 500 },
    );
  });
});
