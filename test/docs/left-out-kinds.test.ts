import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import { unsupportedKinds } from '#compiler/parse/unsupported-kinds.ts';

const guide = readFileSync(
  join(import.meta.dirname, '../../docs/karmada-compatibility.md'),
  'utf8',
);

describe('street K2: the kinds of Karmada that Regatta leaves out', () => {
  const section = /^## Kinds that Regatta leaves out$(.*?)^## /ms.exec(guide)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| ([A-Z][^|(]*?) *(?:\([^)]*\) *)?\| *(.*?) *\|$/gm)];
  const documented = rows.flatMap(([, kinds = '']) => kinds.split(', '));
  const types = Object.keys(unsupportedKinds).filter((type) => type.includes('karmada.io/'));

  it('street K2: have a row in docs/karmada-compatibility.md that says what to use instead', () => {
    const kinds = types.map((type) => type.split('/').at(-1) ?? '');
    assert.deepEqual([...new Set(kinds)].toSorted(), documented.toSorted());
    for (const [row, , instead] of rows) assert.ok(instead, row);
  });

  for (const type of types) {
    it(`street K2: an object of ${type} is an error whose hint says what to use instead`, () => {
      const [group, version, kind] = type.split('/');
      const text = `apiVersion: ${group}/${version}\nkind: ${kind}\nmetadata: {name: a, namespace: default}\nspec: {}\n`;
      const files = new Map([['templates/a.yaml', text]]);
      const { diagnostics } = compile(files, new Map(), { profile: 'regatta' });
      const found = diagnostics.filter(({ code }) => code === 'parse/not-supported');
      const hints = found.map(({ severity, hint }) => ({ severity, hint }));
      assert.deepEqual(hints, [{ severity: 'error', hint: unsupportedKinds[type]?.hint }]);
    });
  }
});
