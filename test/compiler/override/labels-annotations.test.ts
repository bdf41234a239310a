import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRule } from '#compiler/override/rule.ts';
import type { LabelAnnotationOverrider } from '#model/override.ts';

type Labels = Readonly<Record<string, string>>;

const cases: readonly (readonly [
  operator: LabelAnnotationOverrider['operator'],
  value: Labels,
  given: Labels | undefined,
  want: Labels | undefined,
])[] = [
  ['add', { a: '1' }, undefined, { a: '1' }],
  ['add', { a: '1', 'x.io/b': '2' }, { a: '0', c: '3' }, { a: '1', c: '3', 'x.io/b': '2' }],
  ['add', {}, undefined, undefined],
  ['replace', { a: '1', b: '1' }, { a: '0' }, { a: '1' }],
  ['replace', { a: '1' }, undefined, undefined],
  ['remove', { a: 'whatever', b: '' }, { a: '0', c: '3' }, { c: '3' }],
  ['remove', { a: '' }, undefined, undefined],
];

describe('labelsOverrider and annotationsOverrider', () => {
  for (const [operator, value, given, want] of cases) {
    it(`${operator} ${JSON.stringify(value)} turns ${JSON.stringify(given)} into ${JSON.stringify(want)}`, () => {
      for (const field of ['labels', 'annotations']) {
        const object = (map: Labels | undefined) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a', ...(map === undefined ? {} : { [field]: map }) },
        });
        const rule = { [`${field}Overrider`]: [{ operator, value }] };
        const outcome = applyRule(object(given), rule, '');
        assert.deepEqual(outcome.type === 'changed' && outcome.object, object(want));
      }
    });
  }
});
