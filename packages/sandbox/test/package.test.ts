import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const allowed: ReadonlySet<string> = new Set(Object.keys(manifest.dependencies));

/** Returns the module specifiers that the text of a file imports. */
function importsIn(text: string): string[] {
  return [...text.matchAll(/\b(?:from |import\(|import )'([^']+)'/g)].map(([, name = '']) => name);
}

function isInside(file: string, specifier: string): boolean {
  return !relative(root, join(dirname(file), specifier)).startsWith('..');
}

describe('the package @regatta/sandbox', () => {
  it('imports only its own files, Node and its declared dependencies', async () => {
    const foreign: string[] = [];
    let checked = 0;
    for await (const name of glob('**/*.ts', { cwd: root })) {
      const file = join(root, name);
      for (const specifier of importsIn(await readFile(file, 'utf8'))) {
        checked += 1;
        const isOwn = specifier.startsWith('.') && isInside(file, specifier);
        if (!isOwn && !specifier.startsWith('node:') && !allowed.has(specifier)) {
          foreign.push(`${name}: ${specifier}`);
        }
      }
    }
    assert.deepEqual(foreign, []);
    assert.ok(checked > 100);
  });
});
