import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkLanguage, type Prose } from '../../scripts/house/language.ts';

describe('The check of the language', () => {
  const violations: readonly [kind: Prose['kind'], text: string, pattern: string][] = [
    ['string', 'the repository tells no forge', 'told, tell'],
    ['name', 'toldDrift', 'told, tell'],
    ['comment', 'Lists everything anew.', 'anew'],
    ['document', 'Whoever says less wins.', 'somebody, nobody, whoever'],
    ['string', 'the schema of the definition is none', 'is none, is no Y'],
    ['string', 'x is no whole number', 'is none, is no Y'],
    ['comment', 'Leaves the field as it is.', 'as it is'],
    ['comment', 'Reads at most so many objects.', 'so many'],
    ['comment', 'What the build came to.', 'came of, came to'],
    ['comment', 'The files that are to be written.', 'is to be'],
    ['comment', 'What Git wants in this cluster.', 'what Git wants'],
    ['document', 'The lock is kept for ever.', 'for ever'],
    ['comment', 'Of ten.', 'comment without a verb'],
    ['comment', 'By apiVersion and kind.', 'comment without a verb'],
  ];
  for (const [kind, text, pattern] of violations) {
    it(`reports "${text}" as ${pattern}`, () => {
      const found = checkLanguage([{ place: 'file.ts:1', kind, text }]);
      assert.deepEqual(
        found.map((violation) => violation.pattern.name),
        [pattern],
      );
    });
  }

  const accepted: readonly [kind: Prose['kind'], text: string][] = [
    ['comment', 'By default, the newest commit is used.'],
    ['comment', 'Returns undefined if there is no such field.'],
    ['comment', 'The Lease is no longer held.'],
    ['name', 'intellisense'],
    ['name', 'isNoOpApply'],
    ['comment', 'Returns undefined if there is none.'],
    ['document', 'By name.'],
  ];
  for (const [kind, text] of accepted) {
    it(`accepts "${text}" in a ${kind}`, () => {
      assert.deepEqual(checkLanguage([{ place: 'file.ts:1', kind, text }]), []);
    });
  }
});
