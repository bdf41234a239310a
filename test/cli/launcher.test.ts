import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

describe('the command in a checkout', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-launcher-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('resolves relative paths from the working directory of the user, also through npm run', async () => {
    const outcome = run(
      'npm',
      ['--prefix', root, 'run', '-s', 'regatta', '--', 'compile', 'absent'],
      {
        cwd: folder,
      },
    );
    await assert.rejects(outcome, (error: Error & { stderr: string }) =>
      error.stderr.includes('absent'),
    );
  });

  it('exits 2 and names an unknown flag', async () => {
    const outcome = run(process.execPath, [join(root, 'bin/regatta.mjs'), '--frobnicate']);
    await assert.rejects(outcome, (error: Error & { code: number; stderr: string }) => {
      assert.match(error.stderr, /unknown option '--frobnicate'/);
      assert.equal(error.code, 2);
      return true;
    });
  });
});
