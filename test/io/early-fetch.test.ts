import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { EarlyFetch } from '#io/git/early-fetch.ts';

const never = new AbortController().signal;

/** A fetch that ends with its signal, or with `commit`. */
function fetches(commit: string | Error) {
  const signals: AbortSignal[] = [];
  const early = new EarlyFetch(async (signal) => {
    signals.push(signal);
    if (commit instanceof Error) throw commit;
    if (commit === '') await once(signal, 'abort');
    signal.throwIfAborted();
    return commit;
  });
  return { early, signals };
}

describe('a fetch that begins early', () => {
  it('is the next fetch of its caller, and no other one', async () => {
    const { early, signals } = fetches('c1');
    early.start(never);
    assert.equal(await early.run(never), 'c1');
    assert.equal(signals.length, 1);
    await early.run(never);
    assert.equal(signals.length, 2);
  });

  it('reports its failure to its caller, and only once', async () => {
    const { early, signals } = fetches(new Error('no route'));
    early.start(never);
    // A rejection without a handler would end the process.
    await new Promise(setImmediate);
    await assert.rejects(early.run(never), /no route/);
    await assert.rejects(early.run(never), /no route/);
    assert.equal(signals.length, 2);
  });

  for (const who of ['starts', 'calls'] as const) {
    it(`ends if the signal of the one who ${who} it aborts`, async () => {
      const { early } = fetches('');
      const end = new AbortController();
      early.start(who === 'starts' ? end.signal : never);
      const result = early.run(who === 'calls' ? end.signal : never);
      end.abort(new Error('stopped'));
      await assert.rejects(result, /stopped/);
    });
  }

  it('ends if the signal of its caller has aborted before', async () => {
    const { early } = fetches('');
    early.start(never);
    await assert.rejects(early.run(AbortSignal.abort(new Error('stopped'))), /stopped/);
  });
});
