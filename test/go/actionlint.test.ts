import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildTool } from './tools.ts';

const workflows = join(import.meta.dirname, '../../repo-template/.github/workflows');

function actionlint(files: readonly string[]): { status: number | null; output: string } {
  // Disables shellcheck and pyflakes: the result must not depend on other installed programs.
  const args = ['-shellcheck=', '-pyflakes=', '-no-color', ...files];
  const { status, stdout, stderr, error } = spawnSync(buildTool('actionlint'), args, {
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

describe('actionlint', () => {
  it('reports no problem in the workflows of the repository template', () => {
    const files = readdirSync(workflows).map((name) => join(workflows, name));
    assert.ok(files.length > 0);
    assert.deepEqual(actionlint(files), { status: 0, output: '' });
  });

  it('reports a workflow that runs untrusted input', () => {
    const folder = mkdtempSync(join(tmpdir(), 'regatta-actionlint-'));
    const file = join(folder, 'faulty.yml');
    const step = '{ run: "echo \u0024{{ github.event.pull_request.title }}" }';
    writeFileSync(file, `on: push\njobs: { a: { runs-on: ubuntu-24.04, steps: [${step}] } }\n`);
    try {
      const { status, output } = actionlint([file]);
      assert.equal(status, 1);
      assert.match(output, /potentially untrusted/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
