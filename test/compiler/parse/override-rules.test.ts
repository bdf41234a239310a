import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from './repository-faults.ts';

/** Karmada's schemas accept these objects, and its webhooks refuse them. */
describe('rules of override policies', () => {
  const rule = (overriders: object) => ({ overrideRules: [{ overriders }] });
  const labels = (value: object) => rule({ labelsOverrider: [{ operator: 'add', value }] });
  const notes = (value: object) => rule({ annotationsOverrider: [{ operator: 'add', value }] });
  const field = (entry: object) => rule({ fieldOverrider: [{ fieldPath: '/data/a', ...entry }] });
  const patch = (operator: string, more: object = {}) => [{ subPath: '/a', operator, ...more }];
  const wrong: readonly (readonly [object, string])[] = [
    [{ overrideRules: [], targetCluster: {} }, 'spec.targetCluster cannot be combined with'],
    [
      { overrideRules: [], overriders: { plaintext: [{ path: '/a', operator: 'remove' }] } },
      'spec.overriders cannot be combined with',
    ],
    [
      labels({ a: 'not valid!' }),
      'spec.overrideRules[0].overriders.labelsOverrider[0].value.a must be a valid label value',
    ],
    [
      labels({ 'a b': 'c' }),
      'spec.overrideRules[0].overriders.labelsOverrider[0].value.a b is not a valid label key',
    ],
    [
      notes({ 'a b': 'c' }),
      'spec.overrideRules[0].overriders.annotationsOverrider[0].value.a b is not a valid annotation key',
    ],
    [
      notes({ a: 'x'.repeat(256 * 1024) }),
      'spec.overrideRules[0].overriders.annotationsOverrider[0].value must not be longer',
    ],
    [field({}), 'spec.overrideRules[0].overriders.fieldOverrider[0] must have json or yaml'],
    [
      field({ json: patch('remove'), yaml: patch('remove') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].yaml cannot be combined with',
    ],
    [
      field({ json: patch('add') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].json[0].value is required',
    ],
    [
      field({ yaml: patch('remove', { value: 1 }) }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].yaml[0].value has no effect',
    ],
    [
      field({ fieldPath: 'data', json: patch('remove') }),
      'spec.overrideRules[0].overriders.fieldOverrider[0].fieldPath must be a JSON pointer',
    ],
    [
      { resourceSelectors: [{ apiVersion: 'v1', kind: 'Secret', namespace: 'other' }] },
      'spec.resourceSelectors[0].namespace must be the namespace',
    ],
  ];
  for (const [spec, message] of wrong) {
    it(`refuses an OverridePolicy: ${message}`, () => {
      const [fault, ...more] = faultsOf(overridePolicy(spec));
      assert.ok(fault?.message.startsWith(`OverridePolicy shop/o: ${message}`), fault?.message);
      assert.deepEqual(more, []);
    });
  }

  it('treats null as an absent field, except in the value of a patch', () => {
    const args = [{ containerName: 'a', operator: 'remove', value: null }];
    const patches = [{ subPath: '/a', operator: 'add', value: null }];
    const overriders = {
      argsOverrider: args,
      fieldOverrider: [{ fieldPath: '/a', json: patches }],
    };
    assert.deepEqual(faultsOf(overridePolicy(rule(overriders))), []);
  });

  it('does not check deprecated overriders, like Karmada', () => {
    const overriders = {
      labelsOverrider: [{ operator: 'add', value: { a: 'not valid!' } }],
      fieldOverrider: [{ fieldPath: 'no pointer' }],
    };
    assert.deepEqual(faultsOf(overridePolicy({ targetCluster: {}, overriders })), []);
  });
});

function overridePolicy(spec: object): object {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'OverridePolicy',
    metadata: { name: 'o', namespace: 'shop' },
    spec,
  };
}
