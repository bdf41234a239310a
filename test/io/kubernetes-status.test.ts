import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Answer } from '#io/kubernetes/answer.ts';
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

describe('the message of an error of an API server', () => {
  it('has no line break at the end', () => {
    const answer = new Answer('Gadget b03/one', 503, { message: 'service unavailable\n' });
    assert.throws(() => answer.expectSuccess(), { message: 'service unavailable' });
  });
});

describe('the reason of an error of an API server', () => {
  for (const { name, status, body, reason } of cases) {
    it(`is ${reason}: ${name}`, () => {
      assert.throws(
        () => new Answer('Pod default/web', status, body, 3000).expectSuccess(),
        (error) =>
          error instanceof ClusterError && error.reason === reason && error.retryAfterMs === 3000,
      );
    });
  }

  it('is absent when the server accepts the request', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } };
    assert.deepEqual(new Answer('Pod default/web', 201, pod).object(), pod);
  });

  it('is malformed when a successful answer lacks the shape of an object', () => {
    const bodies = [
      null,
      [],
      'text',
      {},
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a/b' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { a: 1 } } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', managedFields: [null] } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', ownerReferences: [1] } },
    ];
    for (const body of bodies) {
      assert.throws(
        () => new Answer('Pod default/web', 200, body).object(),
        /sent an answer without the expected fields for Pod default\/web/,
        JSON.stringify(body),
      );
    }
  });
});
