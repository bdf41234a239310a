/** Kustomizations that Kustomize and Regatta may read differently cannot reach files outside of their folder. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildsFor } from '#compiler/build/needed.ts';
import { compile } from '#compiler/compile.ts';
import { runBuilds } from '#io/engine/builds.ts';
import type { FileMap } from '#model/files.ts';
import type { BuildResult } from '#model/template-build.ts';
import { campaign } from '#test/campaign.ts';

const outside = 'https://127.0.0.1:9/outside.yaml';
const addresses = [
  outside,
  'HTTPS://127.0.0.1:9/outside.yaml',
  'git@127.0.0.1:a/b.git',
  'user@127.0.0.1:a/b',
  'ssh://127.0.0.1/a/b.git?ref=v1',
  'github.com/a/b?ref=v1',
  'git::https://127.0.0.1:9/a.git',
  'file:///etc',
  '/etc/passwd',
  '../../../../../etc/passwd',
];
const fields = [
  'resources',
  'bases',
  'components',
  'generators',
  'transformers',
  'crds',
  'patches',
];
const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n';

const mutated = fc
  .record({
    field: fc.constantFrom(...fields, 'configurations', 'openapi', 'patchesStrategicMerge'),
    address: fc.constantFrom(...addresses),
    letters: fc.constantFrom<(field: string) => string>(
      (field) => field,
      (field) => field.toUpperCase(),
      (field) => `${field[0]?.toUpperCase()}${field.slice(1)}`,
      (field) => `"${field}"`,
      (field) => `!!str ${field}`,
      (field) => `? ${field}\n`,
    ),
    tag: fc.constantFrom('', '!x ', '!!str ', '&a '),
    doubled: fc.boolean(),
  })
  .map(({ field, address, letters, tag, doubled }) => {
    const entry = entryFor(field, `${tag}${JSON.stringify(address)}`);
    const first = doubled ? `${field}: []\n` : '';
    return { address, doubled, text: `${first}${letters(field)}: ${entry}\nnamePrefix: a-\n` };
  });

function entryFor(field: string, address: string): string {
  if (field === 'patches') return `[{Path: ${address}, target: {kind: ConfigMap}}]`;
  return field === 'openapi' ? `{path: ${address}}` : `[${address}]`;
}

async function attempt(text: string) {
  const files: FileMap = new Map([
    ['regatta.yaml', 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {network: Allow}\n'],
    ['templates/app/kustomization.yaml', `${text}\nconfigMapGenerator: [{name: own}]\n`],
    ['templates/app/map.yaml', map],
  ]);
  const { builds } = buildsFor(files);
  const results = await runBuilds(builds, files, { memory: 'none' });
  const { diagnostics } = compile(files, new Map(), { profile: 'regatta', builds: results });
  return { results: [...results.values()], diagnostics };
}

/** Asserts that the build read and printed only files of the commit. */
function assertConfined(result: BuildResult): void {
  if (result.type !== 'kustomized') return;
  const elsewhere = result.reads.filter((path) => !/^templates(\/app(\/|$)|$)/.test(path));
  assert.deepEqual(elsewhere, []);
  assert.ok(!result.documents.some(({ text }) => /root:|outside/.test(text)));
}

describe('mutated kustomizations', () => {
  it('K4: mutated kustomizations read only files of the commit, and remote ones are refused', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ({ text, address, doubled }) => {
        const { results, diagnostics } = await attempt(text);
        for (const result of results) assertConfined(result);
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        // If a key occurs twice, Kustomize may use the one with an empty list.
        if (errors.length === 0 && doubled) return;
        const words = errors.map(({ code }) => code).join();
        assert.match(words, /build\/(not-locked|remote|outside|failed)|parse\//, `${text} builds`);
        const isRemote = !/^(\/|\.\.)/.test(address);
        if (isRemote) assert.doesNotMatch(JSON.stringify(errors), /dial tcp|executable/);
      }),
      campaign(200),
    );
  });
});
