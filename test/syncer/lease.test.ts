import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { LeaseBed, leaseKey, never, real, second } from './lease-bed.ts';
import { configMap, holderNamed } from './samples.ts';

let bed: LeaseBed;

describe('the Lease of a member', () => {
  beforeEach(() => {
    bed = new LeaseBed();
  });

  it('creates the Lease with its namespace and records its holder', async (t) => {
    const one = bed.open('one', t);
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
    assert.deepEqual(bed.spec(), {
      holderIdentity: 'one_member1',
      leaseDurationSeconds: 60,
      acquireTime: bed.spec().acquireTime,
      renewTime: bed.spec().renewTime,
      leaseTransitions: 0,
    });
    assert.match(String(bed.spec().acquireTime), /^1970-01-01T00:00:00\.000\d{3}Z$/);
    assert.ok(bed.cluster.objects.has('/Namespace//regatta-system'));
  });

  it('lets one of two syncers hold and renew the Lease while the other waits', async (t) => {
    const one = bed.open('one', t);
    const other = bed.open('other', t);
    await one.lease.take(never);
    for (let attempt = 0; attempt < 200; attempt++) {
      const state = await other.lease.take(never);
      assert.ok(state.type === 'held-by-other');
      assert.equal(state.holder, 'one_member1');
      assert.ok(state.pauseMs >= 2.5 * second && state.pauseMs <= 5 * second);
      await bed.clock.sleep(state.pauseMs, never);
    }
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: false });
    assert.equal(bed.spec().leaseTransitions, 0);
    const renewals = bed.cluster.leaseCalls.filter((call) =>
      call.startsWith('compareAndSwap'),
    ).length;
    const minutes = bed.clock.now() / 60_000;
    assert.ok(renewals > 0.6 * minutes && renewals < 2 * minutes, `${renewals} in ${minutes} min`);
  });

  it('gives the Lease to one of two syncers that ask at the same moment', async (t) => {
    const states = await Promise.all(
      ['one', 'other'].map((name) => bed.open(name, t).lease.take(never)),
    );
    assert.deepEqual(states.map(({ type }) => type).toSorted(), ['held-by-other', 'holding']);
  });

  it('lets another syncer acquire a released Lease at once', async (t) => {
    const one = bed.open('one', t);
    const other = bed.open('other', t);
    await one.lease.take(never);
    await other.lease.take(never);
    await one.lease.release();
    assert.equal('holderIdentity' in bed.spec(), false);
    assert.deepEqual(await other.lease.take(never), { type: 'holding', acquired: true });
    assert.equal(bed.spec().leaseTransitions, 1);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /does not hold/);
  });

  it('lets another syncer acquire the Lease only after its holder was silent for its duration', async (t) => {
    for (const skew of [-86_400_000, 0, 86_400_000]) {
      bed = new LeaseBed(bed.clock);
      const one = bed.open('one', t, { ...bed.clock, now: () => bed.clock.now() + skew });
      const other = bed.open('other', t);
      await one.lease.take(never);
      one.link.down = true;
      await other.lease.take(never);
      const before = bed.clock.uptime();
      const acquired = await bed.waitFor(other.lease);
      assert.ok(
        acquired - before >= 60 * second && acquired - before <= 66 * second,
        `${acquired - before}`,
      );
    }
  });

  it('lets another syncer acquire the Lease at once when its holder has ended', async (t) => {
    const one = bed.open('one', t);
    const knowing = { ...holderNamed('other'), hasEnded: (at: string) => at === 'one' };
    const other = bed.open('other', t, bed.clock, knowing);
    await one.lease.take(never);
    one.link.down = true;
    assert.deepEqual(await other.lease.take(never), { type: 'holding', acquired: true });
  });

  it('makes the holder stop writing before another syncer may acquire the Lease', async (t) => {
    const one = bed.open('one', t);
    const other = bed.open('other', t);
    await one.lease.take(never);
    await other.lease.take(never);
    one.link.down = 'lease';
    let lastWrite = 0;
    const acquiredAt = bed.waitFor(other.lease);
    while (bed.clock.uptime() < 100 * second) {
      await bed.clock.sleep(second, never);
      const wrote = await one.port.apply(configMap('a', '1'), real, never).catch(() => undefined);
      if (wrote !== undefined) lastWrite = bed.clock.uptime();
    }
    assert.ok(lastWrite > 30 * second, 'the holder keeps writing during a short outage');
    assert.ok(
      (await acquiredAt) - lastWrite > 15 * second,
      `${await acquiredAt} after ${lastWrite}`,
    );
    assert.equal(one.losses(), 1);
  });

  it('aborts running writes when the Lease cannot be renewed', async (t) => {
    const one = bed.open('one', t);
    await one.lease.take(never);
    one.link.hangs = true;
    one.link.down = 'lease';
    await bed.clock.sleep(20 * second, never);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /cancelled: the Lease/);
    assert.ok(bed.clock.uptime() < 60 * second, `${bed.clock.uptime()}`);
  });

  it('makes a suspended holder lose the Lease that another syncer acquired', async (t) => {
    // The timers of a suspended process do not run; work in progress continues when it resumes.
    const asleep = { ...bed.clock, sleep: () => new Promise<void>(() => {}) };
    const one = bed.open('one', t, asleep);
    const other = bed.open('other', t);
    await one.lease.take(never);
    await bed.waitFor(other.lease);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /does not hold/);
    assert.equal(one.losses(), 1);
    assert.equal((await one.lease.take(never)).type, 'held-by-other');
    assert.equal(bed.cluster.objects.has('/ConfigMap/default/a'), false);
  });

  it('checks the Lease again right before a delayed write is sent', async (t) => {
    const asleep = { ...bed.clock, sleep: () => new Promise<void>(() => {}) };
    const one = bed.open('one', t, asleep);
    await one.lease.take(never);
    one.link.napMs = 39 * second;
    await one.port.apply(configMap('a', '1'), real, never);
    one.link.napMs = 2 * second;
    await assert.rejects(one.port.apply(configMap('b', '1'), real, never), /does not hold/);
    assert.equal(bed.cluster.objects.has('/ConfigMap/default/b'), false);
  });

  it('does not use a Lease that has expired on either clock', async (t) => {
    for (const jump of [{ wall: 60 * second }, { up: 60 * second }]) {
      bed = new LeaseBed(bed.clock);
      let { wall, up } = { wall: 0, up: 0 };
      const own = { now: () => bed.clock.now() + wall, uptime: () => bed.clock.uptime() + up };
      const one = bed.open('one', t, { ...bed.clock, ...own });
      await one.lease.take(never);
      ({ wall, up } = { wall: 0, up: 0, ...jump });
      one.link.down = true;
      await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /refused/);
      one.link.down = false;
      // No other syncer acquired the Lease, so the syncer renews it and sends the write.
      await one.port.apply(configMap('a', '1'), real, never);
    }
  });

  it('makes the Lease of an idle cluster last longer, because it is renewed less often', async (t) => {
    const one = bed.open('one', t);
    await one.lease.take(never);
    assert.equal(bed.spec().leaseDurationSeconds, 60);
    await bed.clock.sleep(120 * second, never);
    assert.equal(bed.spec().leaseDurationSeconds, 240);
    await bed.writeUntil(one.port, () => bed.spec().leaseDurationSeconds === 60);
    one.link.down = 'lease';
    const since = bed.clock.uptime();
    while (one.losses() === 0) await bed.clock.sleep(second, never);
    assert.ok(bed.clock.uptime() - since <= 60 * second, `${bed.clock.uptime() - since}`);
  });

  it('does not use a Lease for longer than other syncers assume when a response was lost', async (t) => {
    const one = bed.open('one', t);
    await one.lease.take(never);
    await bed.clock.sleep(120 * second, never);
    one.link.losesAnswers = true;
    await bed.writeUntil(one.port, () => bed.spec().leaseDurationSeconds === 60);
    await assert.rejects(one.port.apply(configMap('a', '2'), real, never), /does not hold/);
    one.link.losesAnswers = false;
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('recognises its own Lease when the response to a write was lost', async (t) => {
    const one = bed.open('one', t);
    one.link.losesAnswers = true;
    await assert.rejects(one.lease.take(never), /lost/);
    one.link.losesAnswers = false;
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('acquires the Lease again after someone deletes it', async (t) => {
    const one = bed.open('one', t);
    await one.lease.take(never);
    bed.cluster.remove(leaseKey);
    await bed.clock.sleep(30 * second, never);
    assert.equal(one.losses(), 1);
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('rejects writes without the Lease, and allows reads and dry runs', async (t) => {
    const one = bed.open('one', t);
    const other = bed.open('other', t);
    await one.lease.take(never);
    await other.port.apply(configMap('a', '1'), { ...real, dryRun: true }, never);
    await other.port.list(
      { kind: { apiVersion: 'v1', kind: 'ConfigMap' }, label: '', detail: 'object' },
      never,
    );
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
    const target = { ref, uid: 'uid', labels: ['label'] };
    for (const write of [
      () => other.port.apply(configMap('a', '1'), real, never),
      () =>
        other.port.patchOwnership(
          configMap('a', '1'),
          { manager: 'regatta', managedFields: [] },
          never,
        ),
      () => other.port.removeLabels(target, never),
      () => other.port.delete(ref, 'uid', never),
      () => other.port.compareAndSwap(configMap('a', '1'), never),
    ]) {
      await assert.rejects(write, /does not hold/);
    }
    assert.deepEqual(bed.cluster.writes, ['apply /Namespace//regatta-system']);
  });
});
