import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { onAbort } from '#io/kubernetes/on-abort.ts';

describe('functions that wait for a signal', () => {
  it('share one listener, and each is called once', () => {
    const { signal, abort } = controlled();
    const calls: string[] = [];
    for (const name of ['a', 'b', 'c']) onAbort(signal, () => calls.push(name));
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    abort();
    assert.deepEqual(calls, ['a', 'b', 'c']);
  });

  it('are not called after their disposal, and the last one leaves no listener', () => {
    const { signal, abort } = controlled();
    const calls: string[] = [];
    const call = () => calls.push('called');
    const [first, second] = [onAbort(signal, call), onAbort(signal, call)];
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    assert.equal(getEventListeners(signal, 'abort').length, 1);
    second[Symbol.dispose]();
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    const third = onAbort(signal, call);
    // A second disposal of an earlier function must not remove the listener of a later one.
    second[Symbol.dispose]();
    abort();
    assert.deepEqual(calls, ['called']);
    third[Symbol.dispose]();
  });

  it('are called if the signal has aborted before', async () => {
    const calls: string[] = [];
    onAbort(AbortSignal.abort(), () => calls.push('called'));
    await new Promise(setImmediate);
    assert.deepEqual(calls, ['called']);
  });
});

function controlled() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
