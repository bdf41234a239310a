import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bindingsHeader, isGenerated, renderedHeader } from '#model/rendered.ts';

describe('isGenerated', () => {
  const cases: readonly [name: string, text: string, expected: boolean][] = [
    ['a rendered file', `${renderedHeader}\nkind: ConfigMap\n`, true],
    ['a file of bindings', `${bindingsHeader}\n---\n`, true],
    [
      'a file of bindings with the header of an earlier version',
      '# Decided by regatta compile: x\n',
      true,
    ],
    ['a file that a user wrote', 'kind: ConfigMap\n', false],
    ['a header in another line', `\n${renderedHeader}\n`, false],
  ];
  for (const [name, text, expected] of cases) {
    it(`${expected ? 'accepts' : 'rejects'} ${name}`, () => {
      assert.equal(isGenerated(text), expected);
    });
  }
});
