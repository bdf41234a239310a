import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const file = join(import.meta.dirname, '../../cli/print/output.ts');

/** Runs a line after exitOnCrash; the process prints `alive` if it is still running. */
function after(line: string) {
  const script = `import { exitOnCrash } from ${JSON.stringify(file)};
    import { errors } from 'undici';
    exitOnCrash();
    setTimeout(() => console.log('alive'), 50);
    ${line}`;
  const args = ['--input-type=module', '--eval', script];
  return spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
}

describe('exitOnCrash', () => {
  it('keeps the process alive when an idle connection is closed', () => {
    const { status, stdout } = after("throw new errors.InformationalError('socket idle timeout');");
    assert.equal(stdout, 'alive\n');
    assert.equal(status, 0);
  });

  it('ends the process with any other error, whose text commands no terminal', () => {
    for (const fault of [
      "new Error('a bug\\u001b[2J')",
      "new errors.InformationalError('reset')",
    ]) {
      const { status, stdout, stderr } = after(`throw ${fault};`);
      assert.equal(stdout, '');
      assert.equal(status, 2);
      assert.match(stderr, /a bug|reset/);
      assert.ok(!stderr.includes('\u001b'));
    }
  });
});
