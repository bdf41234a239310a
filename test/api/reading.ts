import assert from 'node:assert/strict';
import type { Answer } from './client.ts';

/** A decoded JSON object. */
export type Body = { readonly [field: string]: unknown };

/**
 * Returns the value at a dotted path, with list indexes as numbers: `at(pod,
 * 'spec.containers.0.image')`. Pass keys that contain dots as separate arguments. Returns undefined
 * when a step is missing.
 */
export function at(value: unknown, path: string, ...keys: readonly string[]): unknown {
  return [...path.split('.'), ...keys].reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? (inside as Body)[key] : undefined,
    value,
  );
}

/** Asserts that the response is a success and returns its body. */
export function ok({ status, body }: Answer): Body {
  assert.ok(status >= 200 && status < 300, `answered ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

/** Asserts that the response is a Status with this HTTP status and reason, and returns it. */
export function refused({ status, body }: Answer, code: number, reason: string): Body {
  assert.equal(status, code, `answered ${status}: ${JSON.stringify(body)}`);
  assert.equal(at(body, 'kind'), 'Status');
  assert.equal(at(body, 'apiVersion'), 'v1');
  assert.equal(at(body, 'status'), 'Failure');
  assert.equal(at(body, 'code'), code);
  assert.equal(at(body, 'reason'), reason);
  return body as Body;
}
