import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterError } from '#syncer/cluster-error.ts';
import { ConcurrencyLimiter } from '#syncer/pace/concurrency-limiter.ts';
import { fakeClock } from './samples.ts';

const never = new AbortController().signal;

/** Simulates a server that accepts at most `capacity` concurrent calls, of 100 ms each. */
function server(capacity: number) {
  const clock = fakeClock();
  const seen = { peak: 0, refused: 0, done: 0 };
  let running = 0;
  const call = async () => {
    if (running >= capacity) {
      seen.refused++;
      throw new ClusterError('throttled', 'too many requests', { retryAfterMs: 1000 });
    }
    seen.peak = Math.max(seen.peak, ++running);
    await clock.sleep(100, never);
    running--;
    seen.done++;
  };
  return { clock, call, seen };
}

describe('ConcurrencyLimiter', () => {
  it('sends more requests concurrently while all succeed, up to a limit', async () => {
    const { clock, call, seen } = server(Number.POSITIVE_INFINITY);
    const limiter = new ConcurrencyLimiter(clock);
    await Promise.all(Array.from({ length: 1000 }, () => limiter.run(call, never)));
    assert.equal(seen.done, 1000);
    assert.equal(limiter.width, 32);
    assert.equal(seen.peak, 32);
  });

  it('lets each task wait once, however many tasks end meanwhile', async () => {
    const { clock, call } = server(Number.POSITIVE_INFINITY);
    const limiter = new ConcurrencyLimiter(clock);
    let waits = 0;
    const { signal: stop } = new AbortController();
    const listen = stop.addEventListener.bind(stop);
    stop.addEventListener = (...args: Parameters<typeof listen>) => {
      waits++;
      listen(...args);
    };
    await Promise.all(Array.from({ length: 200 }, () => limiter.run(call, stop)));
    assert.equal(waits, 192);
  });

  it('gives no place to tasks that stopped while they waited', async () => {
    const limiter = new ConcurrencyLimiter(fakeClock());
    const stop = new AbortController();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const running = Array.from({ length: 8 }, () => limiter.run(() => answered, never));
    const stopped = Array.from({ length: 8 }, () => limiter.run(() => answered, stop.signal));
    const next = limiter.run(async () => 'next', never);
    stop.abort(new Error('stopped'));
    for (const task of stopped) await assert.rejects(task, /stopped/);
    answer();
    await Promise.all(running);
    assert.equal(await next, 'next');
  });

  it('adapts to the capacity of a busy server, and completes all requests', async () => {
    const { clock, call, seen } = server(3);
    const limiter = new ConcurrencyLimiter(clock);
    await Promise.all(Array.from({ length: 200 }, () => limiter.run(call, never)));
    assert.equal(seen.done, 200);
    assert.ok(limiter.width <= 4, `${limiter.width}`);
    assert.ok(seen.refused < 60, `${seen.refused} of 200 were throttled`);
  });

  it('sends nothing before the time that a throttling server asks for', async () => {
    const clock = fakeClock();
    const limiter = new ConcurrencyLimiter(clock);
    const times: number[] = [];
    const call = async () => {
      times.push(clock.now());
      if (times.length === 1) throw new ClusterError('throttled', 'no', { retryAfterMs: 7000 });
    };
    await limiter.run(call, never);
    assert.deepEqual(times, [0, 7000]);
  });

  it('fails a request that the server throttles again and again', async () => {
    const { clock, call } = server(0);
    await assert.rejects(new ConcurrencyLimiter(clock).run(call, never), /too many requests/);
  });

  it('K60: starts no task after a stop, and ends the waits of those that have not started', async () => {
    const limiter = new ConcurrencyLimiter(fakeClock());
    const stop = new AbortController();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    let started = 0;
    const call = () => {
      started++;
      return answered;
    };
    const tasks = Array.from({ length: 32 }, () => limiter.run(call, stop.signal));
    const ended = Promise.allSettled(tasks);
    stop.abort(new Error('stopped'));
    await assert.rejects(tasks[8] ?? Promise.resolve(), /stopped/);
    answer();
    const stopped = (await ended).filter(({ status }) => status === 'rejected');
    assert.deepEqual([started, stopped.length], [8, 24]);
    await assert.rejects(limiter.run(call, stop.signal), /stopped/, 'although a place is free');
    assert.equal(started, 8);
    await limiter.run(call, never);
  });

  it('does not slow down because of an error other than throttling', async () => {
    const limiter = new ConcurrencyLimiter(fakeClock());
    const fails = async () => {
      throw new ClusterError('transient', 'conflict');
    };
    await assert.rejects(limiter.run(fails, never), /conflict/);
    assert.equal(limiter.width, 8);
  });
});
