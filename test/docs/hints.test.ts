import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diagnosticCodes } from '#model/diagnostic-code.ts';
import { nodesOf } from '../../scripts/house/sources.ts';
import { allHints, hintsByCode, sources } from './hints.ts';

const root = join(import.meta.dirname, '../..');

/** Fields of Kubernetes objects, and of annotations and labels, that hints name and Regatta does not read by a schema. */
const kubernetesFields: ReadonlySet<string> = new Set('replicas selector workload'.split(' '));

/** Programs and verbs of others that hints name. */
const otherCommands: ReadonlySet<string> = new Set([
  'kubectl kustomize',
  'helm dependency',
  'helm package',
  'helm pull',
  'sops encrypt',
]);

/** Codes whose hints their texts contain only where the tests cause them, because another function passes them on. */
function provokedHints(): ReadonlyMap<string, readonly string[]> {
  const folders = ['test/golden', 'test/cli'].map((folder) => join(root, folder));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /diagnostics\.txt$|\.test\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );
  const pattern =
    /(?:error|warning|note) ([a-z]+\/[a-z-]+): .*\n(?:\s{2,}related.*\n)*\W*hint: (.+)/g;
  const found = files.flatMap((text) => [...text.matchAll(pattern)]);
  return new Map(
    Map.groupBy(found, ([, code = '']) => code)
      .entries()
      .map(([code, matches]) => [code, matches.map(([, , hint = '']) => hint)]),
  );
}

/** Returns the names of all fields that the schemas and types of the model and of the parser define. */
function definedFields(): ReadonlySet<string> {
  const keys = sources
    .filter(({ path }) => /^(model|compiler\/parse)\//.test(path))
    .flatMap(({ program }) => [...nodesOf(program)])
    .flatMap((node) => ('key' in node ? [node.key as { name?: string }] : []));
  return new Set(keys.map(({ name = '' }) => name));
}

describe('street C5: hints', () => {
  const hints = allHints();

  it('street C5: every code of an error has a hint', () => {
    const provoked = provokedHints();
    const codes = hintsByCode();
    assert.deepEqual(codes.map(({ code }) => code).toSorted(), [...diagnosticCodes].toSorted());
    const without = codes.filter(({ code, isError, hints }) => {
      return isError && hints.size === 0 && !provoked.has(code);
    });
    // Such a check was not possible: its severity is a note or a warning, and its message has the reason.
    assert.deepEqual(
      without.map(({ code }) => code),
      ['validate/not-checked'],
    );
  });

  it('street C5: hints name only fields that exist', () => {
    const known = definedFields();
    const paths = hints.flatMap((hint) => [
      ...(hint.match(/\b(?:spec|status|metadata)(?:\.[A-Za-z]+)+/g) ?? []),
    ]);
    assert.ok(paths.length > 20);
    const unknown = paths.filter((path) =>
      path.split('.').some((name) => !known.has(name) && !kubernetesFields.has(name)),
    );
    assert.deepEqual(unknown, []);
  });

  it('street C5: hints name only commands and flags that exist', async () => {
    const named = hints
      .flatMap((hint) => [
        ...hint.matchAll(/\b(regatta|kubectl|helm|sops) ([a-z]+)((?: --[a-z-]+)*)/g),
      ])
      .filter(([, , verb]) => verb !== 'would');
    assert.ok(named.length > 3);
    for (const [text, program, verb = '', flags = ''] of named) {
      if (program !== 'regatta') assert.ok(otherCommands.has(`${program} ${verb}`), text);
      else {
        const { command } = await import(`#cli/commands/${verb}.ts`);
        const longs = command.options.map(({ long }: { long: string }) => long);
        for (const flag of flags.match(/--[a-z-]+/g) ?? []) assert.ok(longs.includes(flag), text);
      }
    }
  });

  it('street C5: hints name only files and settings that exist', () => {
    const words = hints.join('\n');
    for (const [file] of words.matchAll(/\bdocs\/[\w-]+\.md/g)) {
      assert.ok(existsSync(join(root, file)), file);
    }
    const code = sources.map(({ text }) => text).join('\n');
    const settings = [...words.matchAll(/(?<!\.)\b([a-z]+[A-Za-z]*): ([A-Z][a-z]+)\b/g)];
    assert.ok(settings.length > 3);
    for (const [text, key = '', value = ''] of settings) {
      const line = new RegExp(`\\b${key}\\b.*'${value}'`);
      assert.match(code, line, text);
    }
  });
});
