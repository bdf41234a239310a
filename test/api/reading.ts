import assert from 'node:assert/strict';
import type { Answer } from './client.ts';

/** A JSON object as it came. */
export type Body = { readonly [field: string]: unknown };

/**
 * What lies at a dotted path in an answer, list positions as numbers: `at(pod,
 * 'spec.containers.0.image')`. Keys that hold dots themselves follow as arguments of their own.
 * Undefined when any step is missing.
 */
export function at(value: unknown, path: string, ...keys: readonly string[]): unknown {
  return [...path.split('.'), ...keys].reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? (inside as Body)[key] : undefined,
    value,
  );
}

/** The body of an answer that must be a success. */
export function ok({ status, body }: Answer): Body {
  assert.ok(status >= 200 && status < 300, `answered ${status}: ${JSON.stringify(body)}`);
  return body as Body;
}

/** Checks that an answer is a Status of this HTTP status and reason; gives its body. */
export function refused({ status, body }: Answer, code: number, reason: string): Body {
  assert.equal(status, code, `answered ${status}: ${JSON.stringify(body)}`);
  assert.equal(at(body, 'kind'), 'Status');
  assert.equal(at(body, 'apiVersion'), 'v1');
  assert.equal(at(body, 'status'), 'Failure');
  assert.equal(at(body, 'code'), code);
  assert.equal(at(body, 'reason'), reason);
  return body as Body;
}
