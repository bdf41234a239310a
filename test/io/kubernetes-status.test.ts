import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { successOf } from '#io/kubernetes/status.ts';
import { ClusterError } from '#syncer/cluster-error.ts';

function causes(...messages: readonly string[]) {
  const details = { causes: messages.map((message) => ({ message })) };
  return { message: messages.join(), details };
}

const cases: readonly {
  readonly name: string;
  readonly status: number;
  readonly body: unknown;
  readonly reason: ClusterError['reason'];
}[] = [
  { name: 'too many requests', status: 429, body: {}, reason: 'throttled' },
  { name: 'a conflict', status: 409, body: { message: 'modified' }, reason: 'transient' },
  { name: 'an overloaded server', status: 503, body: { message: 'etcd' }, reason: 'transient' },
  {
    name: 'a missing permission',
    status: 403,
    body: { message: 'forbidden' },
    reason: 'forbidden',
  },
  {
    name: 'an object that does not match its schema',
    status: 500,
    body: { message: 'failed to create typed patch object (…): duplicate entries for key' },
    reason: 'rejected',
  },
  {
    name: 'an invalid value',
    status: 422,
    body: causes('must be greater than or equal to 0'),
    reason: 'invalid',
  },
  {
    name: 'an immutable field',
    status: 422,
    body: causes('field is immutable'),
    reason: 'invalid',
  },
];

describe('the reason of an error of an API server', () => {
  for (const { name, status, body, reason } of cases) {
    it(`is ${reason}: ${name}`, () => {
      assert.throws(
        () => successOf({ status, body, retryAfterMs: 3000 }),
        (error) =>
          error instanceof ClusterError && error.reason === reason && error.retryAfterMs === 3000,
      );
    });
  }

  it('is absent when the server accepts the request', () => {
    assert.deepEqual(successOf({ status: 201, body: { kind: 'Pod' } }), { kind: 'Pod' });
  });
});
