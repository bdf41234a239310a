import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import {
  commandExits,
  exitFiles,
  exitPattern,
  syncExitOptions,
  syncInputOptions,
} from '#test/canary/exits.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Returns the formats of a command's option `--output`; `text` without the option. */
function formatsOf(command: Command): readonly string[] {
  return command.options.find(({ long }) => long === '--output')?.argChoices ?? ['text'];
}

describe('test/canary/exits.ts', () => {
  it('K17: lists every command and every output format', async () => {
    const main = textOf('cli/commands.ts');
    const names = [...main.matchAll(/^ {2}(\w+): \(\) => import\('\.\/commands\/(\w+)\.ts'\)/gm)];
    const found = names.map(async ([, name = '', file]) => {
      const { command } = (await import(`#cli/commands/${file}.ts`)) as { command: Command };
      return [name, formatsOf(command)] as const;
    });
    assert.deepEqual(Object.fromEntries(await Promise.all(found)), commandExits);
  });

  it('K17: lists every option of a syncer', async () => {
    const { command } = await import('#cli/commands/sync.ts');
    const names = command.options.map(({ long }) => String(long)).toSorted();
    assert.deepEqual(names, [...syncExitOptions, ...syncInputOptions].toSorted());
  });

  it('K17: lists every file of the product that writes, prints, listens or sends', () => {
    const files = globSync('{cli,io,syncer,compiler,review,model}/**/*.ts', { cwd: root });
    const withoutTypes = (text: string) => text.replaceAll(/^import type [^;]*;$/gm, '');
    const found = files.filter((file) => exitPattern.test(withoutTypes(textOf(file))));
    assert.deepEqual(found.toSorted(), Object.keys(exitFiles).toSorted());
  });

  it('K17: finds a new way out', () => {
    const added = [
      "process.stdout.write('x')",
      "import { request } from 'undici';",
      "import { connect } from 'node:net';",
      'await writeFile(path, text);',
      "createServer((request, response) => response.end('x'))",
    ];
    assert.deepEqual(
      added.filter((line) => !exitPattern.test(line)),
      [],
    );
  });
});
