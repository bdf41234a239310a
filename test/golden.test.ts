/**
 * Each folder is one case: the compiler reads `repo/`, or the example that the folder is named after, and
 * `want/` holds all of its output with the diagnostics.
 * A case named `framed-…` prints diagnostics as in a terminal, with code frames.
 * UPDATE_GOLDEN=1 rewrites `want/`, for a review of the difference.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withBuilds } from '#cli/fleet/located-builds.ts';
import { linesWithFrame, shownSource } from '#cli/print/shown-source.ts';
import { buildsFor } from '#compiler/build/needed.ts';
import { compile } from '#compiler/compile.ts';
import { changeFiles, readFiles } from '#io/files/files.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { FileMap } from '#model/files.ts';
import { printable } from '#model/printable.ts';

const root = join(import.meta.dirname, 'golden');
const examples = join(import.meta.dirname, '../examples');
const names = await readdir(root);

function repositoryOf(name: string): string {
  const [, example] = /^example-(.*)/.exec(name) ?? [];
  return example === undefined ? join(root, name, 'repo') : join(examples, example);
}

async function outputOf(name: string, files: FileMap): Promise<ReadonlyMap<string, string>> {
  const source = shownSource(repositoryOf(name), { isTTY: name.startsWith('framed-') });
  const options = { profile: 'regatta', scripts: await scriptsFor(files) } as const;
  const inputs = {
    ...{ needed: buildsFor(files), existing: new Map(), compile: options, files },
    options: { memory: 'none' },
  } as const;
  const { plan, diagnostics } = await withBuilds(inputs, (builds) =>
    compile(files, new Map(), { ...options, builds }),
  );
  const text = diagnostics
    .flatMap((one) => linesWithFrame(one, source))
    .map((line) => `${printable(line)}\n`)
    .join('');
  return new Map([...plan.write, ...(text === '' ? [] : [['diagnostics.txt', text] as const])]);
}

describe('golden compiles', () => {
  for (const name of names) {
    it(`compiles the golden repository ${name}`, async () => {
      const files = readFiles(repositoryOf(name), ['.']);
      const got = await outputOf(name, files);
      const want = join(root, name, 'want');
      if (process.env.UPDATE_GOLDEN === '1') {
        await rm(want, { recursive: true, force: true });
        await mkdir(want);
        await changeFiles(want, { write: got, remove: [] });
      }
      assert.deepEqual(Object.fromEntries(got), Object.fromEntries(readFiles(want, ['.'])));
      const reversed = await outputOf(name, new Map([...files].reverse()));
      assert.deepEqual([...reversed], [...got], 'the same whatever the order of files');
    });
  }
});
