import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { commands } from '#cli/commands.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { manPage } from '../../scripts/man/page.ts';

const root = join(import.meta.dirname, '../..');

it('street C9: the man page of the package has the commands and options of --help (npm run man)', async () => {
  const page = readFileSync(join(root, packageJson.man), 'utf8');
  assert.equal(page, await manPage());
  for (const name of Object.keys(commands))
    assert.match(page, new RegExp(`^\\.SS regatta ${name}\\b`, 'm'));
  assert.match(page, /^\.B \\-C, \\-\\-dir <dir>$/m);
  // Nothing of the machine on which the page was made.
  assert.doesNotMatch(page, /\/home\/|\/root\/|\/work\//);
});
