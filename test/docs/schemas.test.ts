import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { checkShape } from '#compiler/parse/check.ts';
import { fleet } from '#compiler/parse/schema/fleet.ts';
import { helmRelease } from '#compiler/parse/schema/release.ts';
import { isFieldMap } from '#model/object.ts';
import { readYaml } from '#model/yaml.ts';
import { kindSchemas } from '../../scripts/json-schemas/kinds.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/schemas');

function validatorOf(file: string): ValidateFunction {
  return new Ajv().compile(JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** Returns the objects of a kind in the examples and in the golden repositories. */
function objectsOf(kind: string): readonly Readonly<Record<string, unknown>>[] {
  const files = globSync(['examples/**/*.yaml', 'test/golden/*/repo/**/*.yaml'], { cwd: root });
  return files.flatMap((file) => {
    const documents = readYaml(readFileSync(join(root, file), 'utf8'));
    if ('message' in documents) return [];
    return documents.filter(isFieldMap).filter((document) => document['kind'] === kind);
  });
}

const isAccepted = (
  schema: typeof fleet | typeof helmRelease,
  value: Readonly<Record<string, unknown>>,
) => {
  const at = () => ({ file: '', line: 1, column: 1 });
  return checkShape<unknown>(schema, { value, at }, '', () => {}) !== undefined;
};

describe('street C9: the JSON Schemas of the package', () => {
  it('street C9: are those of the compiler (npm run schemas)', () => {
    const schemas = kindSchemas();
    assert.deepEqual(readdirSync(folder).toSorted(), [...schemas.keys()].toSorted());
    for (const [file, text] of schemas) {
      const written: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      assert.deepEqual(written, JSON.parse(text), `${file}: npm run schemas && npm run fix`);
    }
  });

  for (const [kind, file, schema] of [
    ['Fleet', 'fleet.json', fleet],
    ['HelmRelease', 'helmrelease.json', helmRelease],
  ] as const) {
    it(`street C9: accept every ${kind} that the compiler accepts`, () => {
      const validate = validatorOf(file);
      const accepted = objectsOf(kind).filter((object) => isAccepted(schema, object));
      assert.ok(accepted.length > 3);
      for (const object of accepted) {
        assert.ok(validate(object), JSON.stringify([object, validate.errors]));
      }
    });
  }

  it('street C9: reject a misspelt field, a wrong type and an unknown word', () => {
    const validate = validatorOf('fleet.json');
    const head = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet' };
    const wrong = [{ validaton: 'Strict' }, { clusters: 5 }, { validation: 'strict' }];
    for (const spec of wrong)
      assert.equal(validate({ ...head, spec }), false, JSON.stringify(spec));
    assert.ok(validate({ ...head, spec: { validation: 'Strict', clusters: 'members' } }));
  });
});
