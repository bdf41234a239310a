import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Deadline } from '#syncer/pace/deadline.ts';
import { configMapFile } from './samples.ts';
import { dataOf } from './syncer-bed.ts';
import { FakeProcess, WorkerBed } from './worker-bed.ts';

const clusters = ['member1', 'member2'];
const minute = 60_000;

let bed: WorkerBed;

/** Commits a value for both clusters. */
function commit(value: string): void {
  const files = clusters.map((name) => [`${name}/default/a.json`, configMapFile('a', value)]);
  bed.source.advance(value, Object.fromEntries(files));
}

function hasValue(value: string): boolean {
  return clusters.every((name) => {
    return JSON.stringify(dataOf(bed.cluster(name), 'a')) === JSON.stringify({ value });
  });
}

function newest(): FakeProcess {
  const found = bed.alive.at(-1);
  assert.ok(found);
  return found;
}

/** Kills the first process while it reads an answer of a cluster, and waits for the next one. */
async function dieBy(cluster: string): Promise<void> {
  const { length } = bed.processes;
  bed.alive[0]?.die('ran out of memory', cluster);
  await bed.until(() => bed.processes.length > length && hasValue('one'));
}

/** Lets some time pass. */
async function pass(ms: number): Promise<void> {
  await bed.clock.sleep(ms, new AbortController().signal);
}

function troubles(): readonly string[] {
  return bed.events.flatMap((event) => (event.type === 'trouble' ? [event.reason] : []));
}

describe('a syncer whose clusters another process serves', () => {
  beforeEach(() => {
    bed = new WorkerBed(...clusters);
    commit('one');
  });

  it('K19: settles its clusters once, and ends the process', async () => {
    const deadline = new Deadline(bed.clock, minute);
    assert.equal(await bed.open().once({ wait: false, deadline }, bed.stop), true);
    assert.deepEqual(bed.clustersOf('synced'), clusters);
    assert.deepEqual(bed.alive, []);
  });

  it('K19: lists the files of a commit once, and again for a process that starts later', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      assert.deepEqual(bed.source.listed, ['one']);
      await dieBy('member1');
      assert.deepEqual(bed.source.listed, ['one', 'one']);
    });
  });

  it('K19: starts another process, which gets the commit', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      newest().die('was ended by SIGKILL');
      commit('two');
      await bed.until(() => hasValue('two'));
      assert.equal(bed.processes.length, 2);
      assert.deepEqual(troubles(), []);
      assert.deepEqual(bed.log, [{ reason: 'was ended by SIGKILL', pauseMs: 1000 }]);
    });
    assert.deepEqual(bed.alive, []);
  });

  it('K19: waits twice as long before each start, at most a minute, and a second after a healthy time', async () => {
    const pauses = () => bed.log.map((data) => (data as { pauseMs: number }).pauseMs / 1000);
    await bed.run(async () => {
      for (let n = 1; n <= 8; n++) {
        newest().die('was ended by SIGKILL');
        await bed.until(() => bed.processes.length > n);
      }
      assert.deepEqual(pauses(), [1, 2, 4, 8, 16, 32, 60, 60]);
      await pass(10 * minute);
      newest().die('was ended by SIGKILL');
      await bed.until(() => bed.log.length === 9);
      assert.equal(pauses().at(-1), 1);
    });
  });

  it('K19: moves a cluster that ended the process twice in 10 minutes to another one', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      await dieBy('member2');
      await pass(9 * minute);
      await dieBy('member2');
      await bed.until(() => bed.alive.length === 2);
      assert.match(
        troubles()[0] ?? '',
        /ran out of memory while it read .*: it starts again in 1s$/,
      );
      assert.match(troubles().at(-1) ?? '', /another process serves this cluster from now on$/);
      commit('two');
      await bed.until(() => hasValue('two'));
      const second = bed.alive.find((one) => one.startedAt < newest().startedAt) ?? newest();
      second.die('ran out of memory', 'member2');
      commit('three');
      await bed.until(() => hasValue('three'));
      assert.equal(bed.alive.length, 2);
    });
  });

  it('K19: moves no cluster whose ends are further apart, and no innocent one', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      await dieBy('member2');
      await pass(11 * minute);
      await dieBy('member2');
      await dieBy('member1');
      assert.equal(bed.alive.length, 1);
    });
  });

  it('K19: kills a process that does not answer for 60 s', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      newest().isStill = true;
      await bed.until(() => bed.log.length > 0);
      assert.deepEqual(bed.log, [{ reason: 'did not answer for 60 s', pauseMs: 1000 }]);
      commit('two');
      await bed.until(() => hasValue('two'));
    });
  });

  it('K19: the process ends when its syncer has not asked for 40 s, because that stands still', async () => {
    const orphan = new FakeProcess(bed);
    assert.equal((await orphan.ended).reason, 'ended with status 0');
    assert.equal(bed.clock.uptime() - orphan.startedAt, 40_000);
  });

  it('K19: kills a process that sends something else than calls', async () => {
    for (const message of ['x', { type: 'call', id: 0, method: 'event', args: [1] }, {}]) {
      bed = new WorkerBed(...clusters);
      commit('one');
      await bed.run(async () => {
        await bed.until(() => hasValue('one'));
        newest().say(message);
        await bed.until(() => bed.processes.length === 2);
        assert.match(JSON.stringify(bed.log), /sent an invalid message/);
      });
    }
  });

  it('K19: ends although the process stands still', async () => {
    await bed.run(async () => {
      await bed.until(() => hasValue('one'));
      newest().isStill = true;
    });
    assert.deepEqual(bed.alive, []);
  });
});
