import type { KubeObject } from '#model/object.ts';
import type { OpenApiSchema } from '#model/schema.ts';

const gaugeSchema: OpenApiSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10, exclusiveMaximum: true },
        port: {
          'x-kubernetes-int-or-string': true,
          anyOf: [{ type: 'integer' }, { type: 'string' }],
        },
        mode: { type: 'string', enum: ['Fast', 'Slow'] },
        note: { type: 'string', nullable: true, pattern: '^[a-z]+$', maxLength: 5 },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        empty: { type: 'object' },
        marks: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
        either: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
        pod: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
  },
};

export const gauges: readonly (readonly [title: string, spec: object])[] = [
  ['a valid custom resource', { size: 2, mode: 'Fast', note: null, port: 80 }],
  ['a custom resource without its required field', {}],
  ['an unknown field of a custom resource', { size: 2, sice: 2 }],
  ['a number below its minimum', { size: 0 }],
  ['a number at an exclusive maximum', { size: 10 }],
  ['a fraction in place of an integer', { size: 2.5 }],
  ['a value outside of the enumeration of a custom resource', { size: 2, mode: 'fast' }],
  ['a null value of an enumeration', { size: 2, mode: null }],
  ['a text that does not match', { size: 2, note: 'A' }],
  ['a text too long', { size: 2, note: 'aaaaaa' }],
  ['a number or text that is a boolean', { size: 2, port: true }],
  ['a free object', { size: 2, free: { any: [{ thing: 1 }] } }],
  ['a field in an object that has none', { size: 2, empty: { a: 1 } }],
  ['a set with a duplicate member', { size: 2, marks: ['a', 'a'] }],
  ['a list map with a duplicate key', { size: 2, parts: [{ name: 'a' }, { name: 'a' }] }],
  ['one of two alternatives', { size: 2, either: { a: 'a' } }],
  ['both of two alternatives', { size: 2, either: { a: 'a', b: 'b' } }],
  [
    'an embedded object',
    { size: 2, pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { a: 'b' } } },
  ],
  [
    'an embedded object with an unknown field',
    { size: 2, pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spc: {} } },
  ],
];

export const gaugeDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gauges.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Gauge', plural: 'gauges', singular: 'gauge', listKind: 'GaugeList' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: gaugeSchema } },
    ],
  },
};

/** Properties of specs; each becomes the definition of a kind. */
export const properties: readonly (readonly [title: string, property: OpenApiSchema])[] = [
  [
    'a default that is empty, of an object with a required field that has a default',
    {
      type: 'object',
      default: {},
      required: ['attempts'],
      properties: { attempts: { type: 'integer', default: 3 } },
    },
  ],
  ['a default of the wrong type', { type: 'integer', default: 'three' }],
];

/** Returns a definition of a kind whose spec has this property. */
export function definitionWith(property: OpenApiSchema): KubeObject {
  const names = { kind: 'Till', plural: 'tills', singular: 'till', listKind: 'TillList' };
  const spec: OpenApiSchema = { type: 'object', properties: { property } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'tills.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names,
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
