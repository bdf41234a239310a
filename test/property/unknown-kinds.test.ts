import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRepository } from '#compiler/parse/repository.ts';
import { roles } from '#compiler/parse/roles.ts';
import { unsupportedKinds } from '#compiler/parse/unsupported-kinds.ts';
import type { Diagnostic } from '#model/diagnostic.ts';

const types = Object.keys({ ...roles, ...unsupportedKinds });
const letters = 'aolsX12.-';

/** Returns every text that one inserted, removed or replaced letter, or two swapped ones, make of a text. */
function editsOf(text: string): readonly string[] {
  const made = new Set<string>();
  for (let place = 0; place <= text.length; place++) {
    const [head, tail] = [text.slice(0, place), text.slice(place)];
    for (const letter of letters) {
      made.add(`${head}${letter}${tail}`);
      made.add(`${head}${letter}${tail.slice(1)}`);
    }
    made.add(`${head}${tail.slice(1)}`);
    made.add(`${head}${tail.slice(1, 2)}${tail.slice(0, 1)}${tail.slice(2)}`);
  }
  made.delete(text);
  return [...made];
}

/** Returns the errors about an object, and the number of templates that it makes. */
function parsed(apiVersion: string, kind: string) {
  const errors: Diagnostic[] = [];
  const text = JSON.stringify({ apiVersion, kind, metadata: { name: 'a' }, spec: {} });
  const { templates } = parseRepository([{ file: 'a.yaml', text }], (diagnostic) => {
    if (diagnostic.severity === 'error') errors.push(diagnostic);
  });
  return { errors, templates: templates.length };
}

describe('kinds of Karmada and Regatta', () => {
  for (const type of types) {
    const [group = '', version = '', kind = ''] = type.split('/');
    const edits = [
      ...editsOf(group).map((edit) => [`${edit}/${version}`, kind] as const),
      ...editsOf(version).map((edit) => [`${group}/${edit}`, kind] as const),
      ...editsOf(kind).map((edit) => [`${group}/${version}`, edit] as const),
    ].filter(([apiVersion, edit]) => !types.includes(`${apiVersion}/${edit}`));

    it(`K29: each edit of one letter in ${type} is an error, and never a template`, () => {
      for (const [apiVersion, edit] of edits) {
        const { errors, templates } = parsed(apiVersion, edit);
        assert.ok(errors.length > 0 && templates === 0, `${apiVersion} ${edit}`);
        const isWellFormed = errors.every(({ code }) => code !== 'parse/invalid-value');
        if (isWellFormed) assert.equal(errors[0]?.code, 'parse/unknown-kind');
      }
    });
  }

  it('K29: no object of a group below karmada.io or regatta.dev is a template', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((text) => text !== 'operator');
    const kind = fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/).filter((text) => !/List$/.test(text));
    const domain = fc.constantFrom('karmada.io', 'regatta.dev');
    fc.assert(
      fc.property(label, domain, kind, (below, parent, any) => {
        const { errors, templates } = parsed(`${below}.${parent}/v1`, any);
        assert.deepEqual([errors.map(({ code }) => code), templates], [['parse/unknown-kind'], 0]);
      }),
      { numRuns: 200 },
    );
  });
});
