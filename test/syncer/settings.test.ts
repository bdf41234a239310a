import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import type { Report } from '#model/diagnostic.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { judgeDeletions } from '#review/budget.ts';
import { readSettings } from '#syncer/settings.ts';

type Deletions = SyncSettings['deletions'];

/** Texts that YAML 1.1, which kubectl reads, and YAML 1.2 interpret differently. */
const spellings: readonly {
  readonly what: string;
  readonly sync: string;
  readonly deletions: Deletions;
}[] = [
  {
    what: 'a boolean that is spelt yes',
    sync: 'deletions: {allNamespaces: yes}',
    deletions: { percent: 50, kinds: {}, allNamespaces: true },
  },
  {
    what: 'an octal number',
    sync: 'deletions: {count: 010}',
    deletions: { count: 8, percent: 50, kinds: {}, allNamespaces: false },
  },
  {
    what: 'a merge key',
    sync: 'deletions: {kinds: {PersistentVolume: &few {count: 1}, Secret: {<<: *few, percent: 5}}}',
    deletions: {
      percent: 50,
      kinds: { PersistentVolume: { count: 1 }, Secret: { count: 1, percent: 5 } },
      allNamespaces: false,
    },
  },
];

const refuse: Report = ({ message }) => assert.fail(message);

const fleetOf = (sync: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec:\n  sync:\n    ${sync}\n`;

describe('the sync settings of regatta.yaml', () => {
  for (const { what, sync, deletions } of spellings) {
    it(`reads ${what} alike in a compile, a review and the syncer`, () => {
      const text = fleetOf(sync);
      const { diagnostics } = compile(new Map([['regatta.yaml', text]]), new Map());
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(parseSettings(text, refuse).sync.deletions, deletions);
      assert.deepEqual(readSettings(text).deletions, deletions);
    });
  }

  it('limits deletions to the same octal number in a review and in the syncer', () => {
    const { deletions: sync } = readSettings(fleetOf('deletions: {count: 010, percent: 100}'));
    const files = Array.from(
      { length: 10 },
      (_, n) => [`a/default/secret_s${n}.yaml`, ''] as const,
    );
    const { excesses } = judgeDeletions(
      { files: new Map(files) },
      { files: new Map(files.slice(0, 1)) },
      { budget: { kinds: {} }, acknowledged: [], sync },
      () => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } }),
    );
    assert.deepEqual(excesses, [{ of: 'spec.sync.deletions, objects on a', allowed: 8, found: 9 }]);
  });

  it('reads the defaults from an empty file, also with an empty second document', () => {
    assert.deepEqual(readSettings('').deletions, readSettings(undefined).deletions);
    assert.deepEqual(
      readSettings('---\n---\n').deletions,
      readSettings('kind: Fleet\n---\n').deletions,
    );
  });

  it('rejects a file that is not YAML, and reports the line at fault', () => {
    assert.throws(
      () => readSettings('kind: Fleet\nspec: a: b\n'),
      /^Error: regatta\.yaml: .*line 2/,
    );
  });
});
