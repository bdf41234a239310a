/** CustomResourceDefinitions for the contract tests. */
import { at, ok } from '#test/api/reading.ts';
import { until } from '#test/until.ts';
import type { ContractMember } from './member.ts';

export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const group = 'shapes.example.com';

/** A schema with a field for each rule that the tests check. */
const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 9 },
        colour: { type: 'string', enum: ['red', 'green'], default: 'red' },
        name: { type: 'string', maxLength: 5, pattern: '^[a-z]*$' },
        limit: { 'x-kubernetes-int-or-string': true },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        steps: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, note: { type: 'string' } },
          },
        },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        atoms: { type: 'array', items: { type: 'string' } },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};

/** Returns the CRD of a namespaced kind; `more` extends its only version. */
export function definition(plural: string, kind: string, more: object = {}): object {
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ ...version, ...more }],
    },
  };
}

/** Specs that violate the schema: description, spec, and the field and reason of the cause. */
export const violations = [
  ['a missing required field', {}, 'spec.size', 'FieldValueRequired'],
  ['a number below the minimum', { size: 0 }, 'spec.size', 'FieldValueInvalid'],
  ['a number above the maximum', { size: 10 }, 'spec.size', 'FieldValueInvalid'],
  ['a value of the wrong type', { size: 'x' }, 'spec.size', 'FieldValueTypeInvalid'],
  [
    'a value that is not in the enum',
    { size: 1, colour: 'blue' },
    'spec.colour',
    'FieldValueNotSupported',
  ],
  ['a string that is too long', { size: 1, name: 'abcdef' }, 'spec.name', 'FieldValueTooLong'],
  [
    'a string that does not match the pattern',
    { size: 1, name: 'A' },
    'spec.name',
    'FieldValueInvalid',
  ],
  [
    'a duplicate member of a set',
    { size: 1, tags: ['a', 'a'] },
    'spec.tags[1]',
    'FieldValueDuplicate',
  ],
  [
    'a duplicate key of a map list',
    { size: 1, steps: [{ name: 'a' }, { name: 'a' }] },
    'spec.steps[1]',
    'FieldValueDuplicate',
  ],
] as const;

/** Creates a CRD and waits until the cluster serves its kind. */
export async function define(member: ContractMember, body: object): Promise<void> {
  ok(await member.create(definitions, body));
  const name = String(at(body, 'metadata.name'));
  await until(`${name} to be served`, async () => {
    const { body: live } = await member.get(`${definitions}/${name}`);
    const conditions = (at(live, 'status.conditions') ?? []) as readonly unknown[];
    const isEstablished = conditions.some(
      (one) => at(one, 'type') === 'Established' && at(one, 'status') === 'True',
    );
    const plural = String(at(live, 'spec.names.plural'));
    return isEstablished && (await member.get(`/apis/${group}/v1/${plural}`)).status === 200;
  });
}
