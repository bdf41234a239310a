import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isHeld } from '#test/cluster/syncer-events.ts';
import { FaultedFleet, many } from './faulted-fleet.ts';

describe('K57: a suspended syncer', () => {
  let faulted: FaultedFleet;
  before(async () => {
    faulted = await FaultedFleet.open();
  });
  after(() => faulted?.close());

  it('K57: does not restore an older commit when it resumes', async () => {
    const { kubeconfig } = faulted.fleet;
    await faulted.want(many(8, 'old'));
    const sleeper = faulted.startAt('sleeper', kubeconfig, '--poll', '1h');
    await faulted.expectSound(sleeper);
    const other = faulted.startAt('other', kubeconfig, '--poll', '200ms');
    await other.event(isHeld);
    process.kill(sleeper.pid, 'SIGSTOP');
    await faulted.want(many(12, 'new'));
    // The Lease of the suspended syncer expires after a minute.
    await other.event(({ type }) => type === 'synced', 120_000);
    await faulted.expectSound(other);
    sleeper.forgetEvents();
    process.kill(sleeper.pid, 'SIGCONT');
    await sleeper.event(isHeld, 30_000);
    await other.stop('SIGKILL');
    await sleeper.event(({ type }) => type === 'synced', 30_000);
    await faulted.expectSound(sleeper);
    const written = sleeper.events.filter((event) => event.type === 'object');
    assert.deepEqual(
      written.filter(({ result }) => result !== 'unchanged'),
      [],
    );
  });
});
