import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Answer } from '#test/api/client.ts';
import { at, ok, refused } from '#test/api/reading.ts';
import { define, group } from './definitions.ts';
import { useMember } from './member.ts';
import { configMap, configMaps } from './objects.ts';

const validations = ['Ignore', 'Warn', 'Strict'];

const circle = (name: string, spec: object) => ({
  apiVersion: `${group}/v1`,
  kind: 'Circle',
  metadata: { name },
  spec,
});

const openAPIV3Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { size: { type: 'integer' }, vague: { type: 'object' } },
    },
  },
};

function expectUnknown({ status, body }: Answer, field: string): void {
  const message = String(at(body, 'message'));
  assert.equal(status, 500, message);
  assert.match(message, /^failed to create typed patch object /);
  assert.ok(message.endsWith(`: ${field}: field not declared in schema`), message);
}

describe('the field validation of an apply', () => {
  const member = useMember();
  let circles: string;

  before(async () => {
    await define(member, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `circles.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'circles', kind: 'Circle' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
      },
    });
    circles = `/apis/${group}/v1/namespaces/${await member.namespace()}/circles`;
  });

  it('K37: rejects an unknown field under each value of fieldValidation', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const weighted = circle('a', { size: 1, weight: 5 });
    for (const fieldValidation of validations) {
      const query = { fieldValidation };
      const sent = { ...configMap('a', {}), colour: 'red' };
      expectUnknown(await member.apply(path, 'one', sent, query), '.colour');
      expectUnknown(await member.apply(`${circles}/a`, 'one', weighted, query), '.spec.weight');
    }
  });

  it('K37: accepts a field of an object whose schema names none, and does not keep the field', async () => {
    const sent = circle('b', { size: 1, vague: { labels: { a: 'b' } } });
    for (const dryRun of ['All', undefined]) {
      const query = { fieldValidation: 'Strict', dryRun };
      const answer = await member.apply(`${circles}/b`, 'one', sent, query);
      assert.equal(answer.headers.warning, undefined);
      assert.deepEqual(at(answer.body, 'spec'), { size: 1, vague: {} });
    }
    assert.deepEqual(ok(await member.get(`${circles}/b`)).spec, { size: 1, vague: {} });
  });

  it('K37: rejects a duplicate field only with Strict', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const body =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}';
    const query = { fieldManager: 'one', fieldValidation: 'Strict' };
    const strict = refused(await member.patch(path, 'apply', body, query), 400, 'BadRequest');
    assert.equal(
      strict.message,
      'error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key "x" already set in map',
    );
    const warned = await member.patch(path, 'apply', body, { fieldManager: 'one' });
    assert.equal(warned.headers.warning, '299 - "line 1: key \\"x\\" already set in map"');
    assert.deepEqual(at(warned.body, 'data'), { x: '2' });
  });
});
