import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { kindsIn } from '#compiler/validate/definitions.ts';
import { resolveField } from '#compiler/validate/field-path.ts';
import type { KubeObject } from '#model/object.ts';
import { pathOf } from '#model/pointer.ts';

const names = ['spec', 'a.b', 'template', 'containers', 'items', '0', '', '__proto__', 'x]"y'];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1.5, '', 'object', 'array', 'string', '[', '{}'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const step = fc.oneof(
  fc.constantFrom(...names).map((name) => `.${name}`),
  fc.constantFrom(...names, '1', '"a"', 'name="web"').map((key) => `[${key}]`),
  fc.string({ maxLength: 3 }),
);

describe('a validation', () => {
  it('EN22: maps any text as a field path to a value that the object has', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), json), fc.array(step), (rest, steps) => {
        const { pointer } = resolveField(steps.join(''), rest);
        const value = pathOf(pointer).reduce<unknown>((inner, key) => {
          assert.ok(Object.hasOwn(Object(inner), key), pointer);
          return Object(inner)[key];
        }, rest);
        assert.notEqual(value, undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('reads a CustomResourceDefinition with any spec', () => {
    fc.assert(
      fc.property(json, (spec) => {
        const definition = { kind: 'CustomResourceDefinition', metadata: { name: 'a' }, spec };
        const object = { apiVersion: 'apiextensions.k8s.io/v1', ...definition } as KubeObject;
        const gauge = { ...object, apiVersion: 'example.com/v1', kind: 'Gauge' };
        const kind = kindsIn([{ cluster: 'one', object }]).of(gauge, 'one');
        assert.ok(kind === undefined || Array.isArray(kind.served));
      }),
      { numRuns: 300 },
    );
  });
});
