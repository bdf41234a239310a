import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readFiles } from '#io/files/files.ts';

const root = join(import.meta.dirname, '../..');

/** Returns the matches of a pattern's first group in the files below some folders. */
async function collect(folders: readonly string[], pattern: RegExp): Promise<readonly string[]> {
  const files = readFiles(root, folders);
  const texts = [...files.values()].filter((content) => typeof content === 'string');
  const found = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code ?? ''));
  return [...new Set(found)].toSorted();
}

describe('docs/diagnostics.md', () => {
  it('has exactly one heading for each code', async () => {
    const codes = await collect(['compiler'], /code: '([a-z]+\/[a-z-]+)'/g);
    const text = await readFile(join(root, 'docs/diagnostics.md'), 'utf8');
    const headings = [...text.matchAll(/^### `([^`]+)`$/gm)].map(([, code]) => code);
    assert.deepEqual(headings.toSorted(), codes);
  });

  it('documents only codes that a test causes', async () => {
    const codes = await collect(['compiler'], /code: '([a-z]+\/[a-z-]+)'/g);
    const provoked = await collect(
      ['test/golden', 'test/cli'],
      /\b(?:error|warning|note) ([a-z]+\/[a-z-]+):/g,
    );
    assert.deepEqual(
      codes.filter((code) => !provoked.includes(code)),
      [],
    );
  });
});
