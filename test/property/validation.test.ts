import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { kindsIn } from '#compiler/validate/definitions.ts';
import { Validators } from '#compiler/validate/validators.ts';
import { knownSchemas } from '#io/schemas.ts';
import type { ClusterObject } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';

const known = knownSchemas();
const validators = new Validators(known);
const names = [
  'spec',
  'data',
  'template',
  'containers',
  'items',
  'properties',
  'type',
  '__proto__',
];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1.5, '', 'object', 'array', 'string', '[', '{}'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
  ),
})).value;

function object(apiVersion: string, kind: string, rest: unknown): KubeObject {
  return { ...Object(rest), apiVersion, kind, metadata: { name: 'a' } } as KubeObject;
}

describe('a validation', () => {
  it('has a verdict on anything of a kind that Kubernetes serves', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('apps/v1/Deployment', '/v1/Secret', 'batch/v1/CronJob'),
        json,
        (type, rest) => {
          const [group, version, kind = ''] = type.split('/');
          const apiVersion = group === '' ? String(version) : `${group}/${version}`;
          assert.ok(Array.isArray(validators.builtinFaults(object(apiVersion, kind, rest))));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes anything for the schema of a definition, and says so when it is none', () => {
    fc.assert(
      fc.property(json, json, (openAPIV3Schema, rest) => {
        const names = { kind: 'Gauge' };
        const versions = [{ name: 'v1', schema: { openAPIV3Schema } }];
        const spec = { group: 'example.com', names, versions };
        const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { spec });
        const gauge = object('example.com/v1', 'Gauge', rest);
        const rendered = { cluster: 'one', object: definition } as ClusterObject;
        const [version] = kindsIn([rendered]).of(gauge, 'one') ?? [];
        assert.equal(version?.name, 'v1');
        const faults = version?.schema && validators.customFaults(version.schema, gauge);
        assert.ok(faults === undefined || Array.isArray(faults));
      }),
      { numRuns: 300 },
    );
  });
});
