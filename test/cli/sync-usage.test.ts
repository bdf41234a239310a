import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { command } from '#test/command.ts';

/** Invalid command lines, with the message for each. */
const cases: readonly (readonly [string, RegExp])[] = [
  ['agent repo', /--cluster <name>' not specified/],
  ['agent --cluster ../x repo', /expected a cluster name/],
  ['sync --verify tags repo', /--verify <what>' needs '--verify-keys <path>'/],
  ['agent --cluster m --verify commits repo', /needs '--verify-keys <path>'/],
  ['sync --compile --verify-keys keys repo', /'--compile' cannot be used with/],
  ['sync --git-limit none repo', /expected a number of MiB/],
];

describe('the command lines of sync and agent', () => {
  for (const [line, message] of cases) {
    it(`are invalid: ${line}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [command, ...line.split(' ')], {
        encoding: 'utf8',
      });
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});
