import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const other = 65_534;

let caches = '';
const folder = () => join(caches, 'regatta', 'code');

/** Starts regatta, and returns whether it kept compiled code in its folder. */
function keepsCode(): boolean {
  const env = { ...process.env, XDG_CACHE_HOME: caches, NODE_COMPILE_CACHE: undefined };
  execFileSync(process.execPath, [join(root, 'bin/regatta.mjs'), '--version'], { env });
  const real = join(caches, 'regatta', 'code');
  return existsSync(real) && execFileSync('find', ['-L', real, '-type', 'f']).length > 0;
}

describe('compiled code', { skip: process.platform === 'win32' }, () => {
  beforeEach(() => {
    // Below the home folder: in a temporary folder, every user can write.
    caches = mkdtempSync(join(homedir(), '.regatta-code-'));
  });
  afterEach(() => rmSync(caches, { recursive: true }));

  it('K49: is kept in a folder of the user, which is closed to others', () => {
    assert.ok(keepsCode());
    assert.equal(statSync(folder()).mode & 0o777, 0o700);
  });

  for (const [name, mode] of [
    ['the group', 0o770],
    ['everybody', 0o777],
    ['everybody, with a sticky bit', 0o1777],
  ] as const) {
    it(`K49: is not kept where ${name} can write`, () => {
      chmodSync(caches, mode);
      assert.ok(!keepsCode());
      chmodSync(caches, 0o700);
      mkdirSync(folder(), { recursive: true });
      chmodSync(folder(), mode);
      assert.ok(!keepsCode());
    });
  }

  it('K49: S10: is not kept in a folder or below a folder of another user', {
    skip: !isRoot && 'needs root',
  }, () => {
    mkdirSync(folder(), { recursive: true });
    for (const path of [folder(), join(caches, 'regatta'), caches]) {
      chownSync(path, other, other);
      assert.ok(!keepsCode(), path);
      chownSync(path, 0, 0);
    }
    assert.ok(keepsCode());
  });

  it('K49: is not kept behind a link to a folder where others can write', () => {
    const open = join(caches, 'open');
    mkdirSync(join(open, 'code'), { recursive: true });
    chmodSync(open, 0o777);
    mkdirSync(join(caches, 'regatta'));
    symlinkSync(join(open, 'code'), folder());
    assert.ok(!keepsCode());
  });
});
