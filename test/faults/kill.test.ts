import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FaultedFleet, many, type Values } from './faulted-fleet.ts';

const rounds = 50;

/** Returns a seeded generator of numbers in [0, 1), so that a failing run can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a syncer that is killed', () => {
  let faulted: FaultedFleet;
  before(async () => {
    faulted = await FaultedFleet.open();
    await faulted.want(many(12, '0'));
    await faulted.once();
  });
  after(() => faulted?.close());

  it(`leaves a state that the next syncer repairs, when it is killed at ${rounds} random requests`, async () => {
    const seed = Date.now() % 2 ** 31;
    const random = randomOf(seed);
    let killed = 0;
    for (let round = 1; round <= rounds; round++) {
      await faulted.want(nextOf(round, random));
      if (await isKilledAt(1 + Math.floor(random() * 30), random() < 0.5)) killed++;
      await faulted.once();
      await faulted.expectSound().catch((error: unknown) => {
        throw new Error(`round ${round} of seed ${seed}`, { cause: error });
      });
    }
    assert.ok(killed >= rounds / 2, `it was killed ${killed} times; the others had ended before`);
  });

  /** Returns a desired state that deletes, creates and changes some objects. */
  function nextOf(round: number, random: () => number): Values {
    const all = Object.entries(many(16, String(round)));
    return Object.fromEntries(
      all.filter(() => random() < 0.7).map(([name, value]) => [name, random() < 0.5 ? value : '0']),
    );
  }

  /** Kills a syncer at its n-th request, before the API server gets the request or after it answered. */
  async function isKilledAt(request: number, before: boolean): Promise<boolean> {
    const syncer = faulted.start('--once', '--timeout', '60s');
    let asked = 0;
    let isKilled = false;
    const kill = () => {
      isKilled = true;
      void syncer.stop('SIGKILL');
    };
    faulted.proxy.intercept = (_, response) => {
      asked++;
      if (isKilled) return true;
      if (asked !== request) return false;
      if (before) kill();
      else response.on('finish', kill);
      return before;
    };
    await syncer.ended;
    faulted.proxy.intercept = () => false;
    return isKilled;
  }
});
