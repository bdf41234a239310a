import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Answer } from '#io/kubernetes/answer.ts';
import { ClusterError } from '#syncer/cluster-error.ts';

const typed = 'failed to create typed patch object (default/one; example.com/v1, Kind=Thing): ';
const undeclared = 'field not declared in schema';
const strict = 'Thing in version "v1" cannot be handled as a Thing: strict decoding error: ';

/** The answer of an API server, and the message of the error. */
const cases = [
  [500, `${typed}.spec.later: ${undeclared}`, 'unknown field spec.later'],
  [
    500,
    `${typed}errors:\n  .spec.a: ${undeclared}\n  .spec.items[name="x: y"].b: ${undeclared}`,
    'unknown fields spec.a, spec.items[name="x: y"].b',
  ],
  [
    500,
    `${typed}errors:\n.spec.a: ${undeclared}\n.spec.b: expected string, got &{1}`,
    `${typed}errors:\n.spec.a: ${undeclared}\n.spec.b: expected string, got &{1}`,
  ],
  [400, `${strict}unknown field "spec.later"`, 'unknown field spec.later'],
  [
    400,
    `${strict}unknown field "spec.later", duplicate field "spec.a"`,
    `${strict}unknown field "spec.later", duplicate field "spec.a"`,
  ],
] as const;

/** Messages that are about no unknown field of the object. */
const others = [
  [500, `${typed}duplicate entries for key [name="x"]`],
  [400, `${strict}duplicate field "spec.a"`],
  [
    400,
    'admission webhook "a.example.com" denied the request: strict decoding error: unknown field "x"',
  ],
  [422, 'Thing "one" is invalid: spec.later: Invalid value: "x": field not declared in schema'],
  [409, 'the object has been modified'],
] as const;

function errorOf(status: number, message: string): ClusterError {
  try {
    new Answer('Thing default/one', status, { kind: 'Status', message }).expectSuccess();
  } catch (error) {
    if (error instanceof ClusterError) return error;
  }
  return assert.fail('expectSuccess accepted the answer');
}

describe('an answer about unknown fields', () => {
  for (const [status, message, want] of cases) {
    it(`K37: names them: ${message}`, () => {
      const error = errorOf(status, message);
      assert.equal(error.reason, 'unknown-field');
      assert.equal(error.message, want);
      assert.ok(error.isLasting);
    });
  }

  for (const [status, message] of others) {
    it(`K37: is another one: ${message}`, () => {
      const error = errorOf(status, message);
      assert.notEqual(error.reason, 'unknown-field');
      assert.equal(error.message, message);
    });
  }
});
