import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import { parseSettings } from '#compiler/parse/settings.ts';
import { type DeletionBudget, defaultDeletionBudget } from '#model/deletion-budget.ts';
import type { Report } from '#model/diagnostic.ts';
import { judgeDeletions } from '#review/budget.ts';
import { readFleetFile } from '#syncer/settings.ts';

const { kinds } = defaultDeletionBudget;

/** Texts that YAML 1.1, which kubectl reads, and YAML 1.2 interpret differently; and the budgets that they set. */
const spellings: readonly {
  readonly what: string;
  readonly spec: string;
  readonly budget: Partial<DeletionBudget>;
}[] = [
  {
    what: 'a boolean that is spelt yes',
    spec: 'deletionBudget: {allNamespaces: yes}',
    budget: { allNamespaces: true },
  },
  {
    what: 'an octal number',
    spec: 'deletionBudget: {cluster: 010}',
    budget: { cluster: [8] },
  },
  {
    what: 'a list of limits',
    spec: 'deletionBudget: {fleet: [30, 10%], cluster: [200, 50%], kinds: {Namespace: [1]}}',
    budget: { fleet: [30, '10%'], cluster: [200, '50%'], kinds: { ...kinds, Namespace: [1] } },
  },
  {
    what: 'a merge key in spec.sync.deletions',
    spec: 'sync: {deletions: {kinds: {PersistentVolume: &few {count: 1}, Secret: {<<: *few, percent: 5}}}}',
    budget: { kinds: { ...kinds, PersistentVolume: [1], Secret: [1, '5%'] } },
  },
  {
    what: 'spec.sync.deletions alone',
    spec: 'sync: {deletions: {count: 010, percent: 0, allNamespaces: yes}}',
    budget: { cluster: [8, '0%'], allNamespaces: true },
  },
  {
    what: 'spec.sync.deletions without a percentage',
    spec: 'sync: {deletions: {count: 200}}',
    budget: { cluster: [200, '50%'] },
  },
  {
    what: 'the stricter of two limits',
    spec: 'deletionBudget: {cluster: 80%, allNamespaces: true, kinds: {Secret: 3}}\n  sync: {deletions: {count: 5, allNamespaces: false, kinds: {Secret: {count: 9}}}}',
    budget: { cluster: ['80%', 5], allNamespaces: false, kinds: { ...kinds, Secret: [3, 9] } },
  },
];

const refuse: Report = ({ severity, message }) => {
  if (severity === 'error') assert.fail(message);
};

const fleetOf = (spec: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec:\n  ${spec}\n`;

const replaced = 'parse/deprecated-field';

describe('the sync settings of regatta.yaml', () => {
  for (const { what, spec, budget } of spellings) {
    it(`K31: reads ${what} alike in a compile, a review and the syncer`, () => {
      const text = fleetOf(spec);
      const { diagnostics } = compile(new Map([['regatta.yaml', text]]), new Map());
      const expected = spec.includes('sync:') ? [replaced] : [];
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        expected,
      );
      const want = { ...defaultDeletionBudget, ...budget };
      assert.deepEqual(parseSettings(text, refuse).deletionBudget, want);
      assert.deepEqual(readFleetFile(text, 'rendered').settings.deletionBudget, want);
    });
  }

  it('K31: limits deletions to the same octal number in a review and in the syncer', () => {
    const { deletionBudget: budget } = readFleetFile(
      fleetOf('deletionBudget: {cluster: 010}'),
      'rendered',
    ).settings;
    const files = Array.from(
      { length: 10 },
      (_, n) => [`a/default/secret_s${n}.yaml`, `s${n}`] as const,
    );
    const { excesses } = judgeDeletions(
      { files: new Map(files) },
      { files: new Map(files.slice(0, 1)) },
      { budget, acknowledged: [], earlier: new Map() },
      (name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'default', name } }),
    );
    const [excess] = excesses;
    assert.equal(excess?.setting, 'spec.deletionBudget.cluster');
    assert.deepEqual([excess.allowed, excess.found], [8, 9]);
  });

  it('reads the defaults from an empty file, also with an empty second document', () => {
    assert.deepEqual(
      readFleetFile('', 'rendered').settings.deletionBudget,
      readFleetFile(undefined, 'rendered').settings.deletionBudget,
    );
    assert.deepEqual(
      readFleetFile('---\n---\n', 'rendered').settings.deletionBudget,
      readFleetFile('kind: Fleet\n---\n', 'rendered').settings.deletionBudget,
    );
  });

  it('K9: refuses a commit that renders to another folder than the syncer applies', () => {
    const text = 'kind: Fleet\nspec: {rendered: out}\n';
    const message =
      'regatta.yaml renders to "out"; this syncer applies "rendered": pass --path out';
    assert.throws(() => readFleetFile(text, 'rendered').settings, { message });
    readFleetFile(text, 'out');
    for (const spec of ['null', '{}', '{rendered: null}', '{rendered: rendered}']) {
      readFleetFile(`spec: ${spec}`, 'rendered').settings;
    }
    assert.throws(() => readFleetFile('spec: {rendered: [out]}', 'out'), /nothing changes/);
  });

  it('rejects a file that is not YAML, and reports the line at fault', () => {
    assert.throws(
      () => readFleetFile('kind: Fleet\nspec: a: b\n', 'rendered').settings,
      /^Error: regatta\.yaml: .*line 2/,
    );
  });
});
