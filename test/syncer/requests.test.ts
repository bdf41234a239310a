import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { Redactor } from '#model/redaction.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { answerIn, type ReconcileAnswer, withAnswer } from '#syncer/lease/reconcile-request.ts';
import { Requests } from '#syncer/requests.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMapKey, fakeClock, sampleOwner } from './samples.ts';

const { lease: ref } = sampleOwner.names;

/** A cluster in which the syncer must not watch the Lease. */
class WithoutWatch extends FakeCluster {
  override async watch(): Promise<void> {
    throw new ClusterError('transient', 'the server answered the watch with 403');
  }
}

function leaseWith(request: string): KubeObject {
  const { apiVersion, kind, namespace, name } = ref;
  const annotations = { 'regatta.dev/reconcile': request };
  return { apiVersion, kind, metadata: { namespace, name, annotations, resourceVersion: '1' } };
}

function open() {
  const answers: ReconcileAnswer[] = [];
  const seen = { requests: 0, answers };
  const end = new AbortController();
  const redactor = new Redactor();
  redactor.remember('tulip-7431');
  const requests = new Requests({
    redactor,
    port: new WithoutWatch(),
    ref,
    clock: fakeClock(),
    lease: () => ({ answer: async (answer) => void answers.push(answer) }),
    onRequest: () => seen.requests++,
  });
  const held = (lease: KubeObject) => requests.held(lease, end.signal);
  return { requests, held, seen, end };
}

describe('requests to the holder of a Lease', () => {
  it('K47: are seen at a renewal if the syncer must not watch the Lease', () => {
    const { requests, held, seen, end } = open();
    held(leaseWith('one'));
    held(leaseWith('one'));
    assert.equal(seen.requests, 1);
    requests.due();
    requests.begin();
    requests.end({ type: 'synced', commit: 'c1' }, 'c1', [], 0);
    const answer = {
      nonce: 'one',
      commit: 'c1',
      result: 'synced',
      message: '',
      ok: true,
      unready: 0,
    };
    assert.deepEqual(seen.answers, [answer]);
    end.abort();
  });

  it('K13: are answered without opened values and credentials, which anyone who may read the Lease would see', () => {
    const { requests, held, seen, end } = open();
    const message = 'denied: "tulip-7431" of https://bob:rose@host';
    for (const request of ['one', `two ${configMapKey('a')}`]) {
      held(leaseWith(request));
      requests.due();
      requests.begin();
      const outcome = { key: configMapKey('a'), result: 'rejected', message } as const;
      requests.end({ type: 'stalled', reason: message }, 'c1', [outcome as never], 0);
    }
    assert.deepEqual(
      seen.answers.map((answer) => answer.message),
      Array(2).fill('denied: "(hidden)" of https://***@host'),
    );
    end.abort();
  });

  it('K47: are answered only by a turn that begins after the fetch', () => {
    const { requests, held, seen, end } = open();
    held(leaseWith(`one ${configMapKey('a')} correct`));
    assert.equal(requests.begin(), undefined);
    requests.end({ type: 'synced', commit: 'c1' }, 'c1', [], 0);
    assert.deepEqual(seen.answers, []);
    requests.due();
    assert.equal(requests.begin(), configMapKey('a'));
    requests.end({ type: 'stalled', reason: 'refused' }, 'c2', [], 0);
    assert.deepEqual(seen.answers[0], {
      ...{ nonce: 'one', commit: 'c2', result: 'unknown', message: 'refused', ok: false },
    });
    end.abort();
  });

  it('K47: that are invalid, or that an earlier holder answered, are ignored', () => {
    const { held, seen, end } = open();
    const answer = { nonce: 'two', commit: 'c1', result: 'synced', message: '', ok: true };
    const answered = withAnswer(leaseWith('two'), answer);
    assert.deepEqual(answerIn(answered), answer);
    for (const lease of [answered, leaseWith(''), leaseWith('<x>'), leaseWith('x'.repeat(201))]) {
      held(lease);
    }
    assert.equal(seen.requests, 0);
    end.abort();
  });
});
