import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as v from 'valibot';
import { expression } from '#model/expression.ts';
import type { ObjectKey } from '#model/object.ts';
import { wholeName } from '#model/whole-name.ts';
import { parseYaml } from '#model/yaml.ts';
import { depths, sequenceFault } from '#syncer/desired/sequence.ts';
import { configMap } from '#test/syncer/samples.ts';

describe('input of strangers', () => {
  it('K21: S12: is matched in linear time, whatever the expression', () => {
    assert.equal(expression('^(?:(a+)+b)$')('a'.repeat(100_000)), false);
    assert.equal(expression('^(?:(a+)+b)$')('aab'), true);
    assert.equal(expression('^(?:kube-.*)$')('kube-system'), true);
  });

  for (const [text, message] of [
    ['(?=a)b', /RE2 has no lookarounds and no backreferences/],
    ['(?<!a)b', /RE2 has no lookarounds and no backreferences/],
    ['(a)\\1', /RE2 has no lookarounds and no backreferences/],
    ['(', /is not a valid regular expression in the syntax of RE2/],
    ['a'.repeat(1001), /has more than 1000 characters/],
  ] as const) {
    it(`K21: is refused as an expression: ${text.slice(0, 20)}`, () => {
      const { issues } = v.safeParse(wholeName, text);
      assert.match(issues?.[0]?.message ?? '', message);
    });
  }

  it('K20: refuses YAML whose aliases expand to many times its size', () => {
    const lines = Array.from({ length: 12 }, (_, i) => {
      const item = i === 0 ? '"x"' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array(9).fill(item).join(',')}]`;
    });
    assert.throws(() => parseYaml(lines.join('\n')), /aliases expand the document/);
    assert.throws(() => parseYaml('a: &a [*a]'), /the value of &a contains itself/);
    const long = `a: &a ${'x'.repeat(10_000)}\nb: [${Array(500).fill('*a').join(',')}]`;
    assert.throws(() => parseYaml(long), /aliases expand the document/);
    assert.deepEqual(parseYaml('a: &a [1]\nb: *a'), [{ a: [1], b: [1] }]);
  });

  it('K20: may be a chain of 12,000 dependencies', () => {
    const count = 12_000;
    const objects = Array.from({ length: count }, (_, i) => {
      const object = configMap(`c${i}`, '1');
      const text = i === 0 ? '' : `/namespaces/default/ConfigMap/c${i - 1}`;
      const annotations = text === '' ? {} : { 'config.kubernetes.io/depends-on': text };
      return { ...object, metadata: { ...object.metadata, annotations } };
    });
    assert.equal(sequenceFault(objects.toReversed()), undefined);
    const key = (i: number): ObjectKey => `/ConfigMap/default/c${i}`;
    const sequences = objects.map(
      (_, i) => [key(i), { dependsOn: i === 0 ? [] : [key(i - 1)] }] as const,
    );
    assert.equal(depths(new Map(sequences.toReversed())).get(key(count - 1)), count - 1);
  });
});
