import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostFunctions } from '#io/engine/host.ts';
import { EngineMemory } from '#io/engine/memory.ts';
import { EngineRandom } from '#io/engine/random.ts';
import { threadClock } from '#io/engine/thread-clock.ts';

/** Returns a host with separate memory, and the texts that it writes to standard error. */
function startHost() {
  const memory = new EngineMemory();
  const buffer = new ArrayBuffer(65_536);
  memory.attach({ buffer });
  const random = new EngineRandom();
  const errors: string[] = [];
  const functions = hostFunctions({
    memory,
    random,
    clock: threadClock(),
    writeError: (bytes) => errors.push(Buffer.from(bytes).toString()),
    end: (code) => {
      throw new Error(`exit status ${code}`);
    },
  });
  const call = (name: string, ...args: number[]) => functions[name]?.(...args);
  return { functions, call, memory, random, errors, view: new DataView(buffer) };
}

describe('the host of an engine', () => {
  it('EN3: implements streams, clocks, random bytes and an end, and nothing else', () => {
    assert.deepEqual(Object.keys(startHost().functions).sort(), [
      'args_get',
      'args_sizes_get',
      'clock_time_get',
      'environ_get',
      'environ_sizes_get',
      'fd_close',
      'fd_fdstat_get',
      'fd_prestat_get',
      'fd_read',
      'fd_write',
      'poll_oneoff',
      'proc_exit',
      'random_get',
      'sched_yield',
    ]);
  });

  it('EN3: provides no argument except the name, no environment variable, no input and no folder', () => {
    const { call, view, memory } = startHost();
    view.setUint32(0, 9, true);
    assert.equal(call('environ_sizes_get', 0, 4), 0);
    assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true)], [0, 0]);
    assert.equal(call('args_sizes_get', 0, 4), 0);
    assert.deepEqual([view.getUint32(0, true), view.getUint32(4, true)], [1, 7]);
    assert.equal(call('args_get', 0, 100), 0);
    assert.equal(view.getUint32(0, true), 100);
    assert.equal(Buffer.from(memory.bytes(100, 7)).toString(), 'engine\0');
    view.setUint32(8, 9, true);
    assert.equal(call('fd_read', 0, 0, 0, 8), 0);
    assert.equal(view.getUint32(8, true), 0);
    for (const descriptor of [3, 4, 100]) {
      assert.equal(call('fd_prestat_get', descriptor, 0), 8);
      assert.equal(call('fd_fdstat_get', descriptor, 0), 8);
      assert.equal(call('fd_read', descriptor, 0, 0, 0), 8);
      assert.equal(call('fd_write', descriptor, 0, 0, 0), 8);
    }
  });

  it('EN3: passes on what is written to standard error, and ends', () => {
    const { call, view, memory, errors } = startHost();
    memory.bytes(100, 5).set(Buffer.from('hello'));
    view.setUint32(0, 100, true);
    view.setUint32(4, 5, true);
    assert.equal(call('fd_write', 2, 0, 1, 8), 0);
    assert.equal(view.getUint32(8, true), 5);
    assert.deepEqual(errors, ['hello']);
    assert.throws(() => call('proc_exit', 2), /exit status 2/);
  });

  it('EN7: the wall clock stands still in the year 2000, and the monotonic clock advances', () => {
    const { call, view } = startHost();
    const read = (clock: number) => {
      call('clock_time_get', clock, 0, 0);
      return view.getBigUint64(0, true);
    };
    assert.equal(read(0), 946_684_800_000_000_000n);
    assert.equal(read(0), 946_684_800_000_000_000n);
    const before = read(1);
    assert.ok(before < read(1));
  });

  it('EN4: the monotonic clock does not advance while the thread waits for a processor', () => {
    const clock = threadClock();
    const before = clock();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    const waited = clock() - before;
    assert.ok(waited < 250_000_000n, `${waited} ns`);
    const begun = process.threadCpuUsage().user;
    while (process.threadCpuUsage().user - begun < 50_000);
    assert.ok(clock() - before - waited >= 40_000_000n, 'it advances with the work of the thread');
  });
});

describe('EngineRandom', () => {
  const bytesOf = (random: EngineRandom, length: number) => {
    const bytes = new Uint8Array(length);
    random.fill(bytes);
    return Buffer.from(bytes).toString('hex');
  };

  it("EN7: the runtime's first 32 bytes are fixed, whatever the seed is", () => {
    const [plain, seeded] = [new EngineRandom(), new EngineRandom()];
    seeded.restart(Uint8Array.of(1));
    assert.equal(bytesOf(plain, 32), bytesOf(seeded, 32));
    assert.deepEqual([plain.asked, seeded.asked], [0, 0]);
  });

  it('EN7: later bytes are counted, and depend only on the seed', () => {
    const random = new EngineRandom();
    const seed = Buffer.from('web');
    bytesOf(random, 32);
    random.restart(seed);
    const whole = bytesOf(random, 100);
    assert.equal(random.asked, 100);
    random.restart(seed);
    assert.equal(bytesOf(random, 1) + bytesOf(random, 40) + bytesOf(random, 59), whole);
    random.restart(Buffer.from('other'));
    assert.notEqual(bytesOf(random, 100), whole);
    random.restart();
    assert.equal(random.asked, 0);
  });
});
