import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { command } from '#test/command.ts';

describe('output whose reader has ended', () => {
  for (const args of ['sync --help', 'help parse/unknown-field', 'version -o json']) {
    it(`regatta ${args} ends silently with 141 when nothing reads its output`, () => {
      const script = `("${process.execPath}" "${command}" ${args}; echo "status $?" >&2) | true`;
      const { stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
      assert.equal(stderr, 'status 141\n');
    });
  }
});
