import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/guarantees.md'), 'utf8');

/** The rows of the form `| promise | `file` title |`. */
const rows = [...text.matchAll(/^\| (.+?) +\| `(test\/\S+)` (.+?) +\|$/gm)].map(
  ([, promise = '', file = '', title = '']) => ({ promise, file, title }),
);

describe('docs/guarantees.md', () => {
  it('names a test for every promise', () => {
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (promise|-)/.test(line));
    assert.ok(lines.length > 40);
    assert.equal(rows.length, lines.length);
  });

  for (const { promise, file, title } of rows) {
    it(`names an existing test for: ${promise}`, () => {
      const code = readFileSync(join(root, file), 'utf8');
      assert.ok(code.includes(`'${title}'`), `${file} has no test '${title}'`);
    });
  }
});
