import assert from 'node:assert/strict';
import { beforeEach, describe, it, type TestContext } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { LeasedPort } from '#syncer/lease/leased-port.ts';
import { MemberLease } from '#syncer/lease/member-lease.ts';
import type { ClusterPort, SendCheck } from '#syncer/ports/cluster.ts';
import type { Clock, HolderPort } from '#syncer/ports/machine.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, fakeClock, holderNamed } from './samples.ts';

const never = new AbortController().signal;
const key = 'coordination.k8s.io/Lease/regatta-system/regatta';
const second = 1000;
const real = { dryRun: false };

let cluster: FakeCluster;
let clock: Clock;

describe('the Lease of a member', () => {
  beforeEach(() => {
    cluster = new FakeCluster();
    clock = fakeClock();
  });

  it('creates the Lease with its namespace and records its holder', async (t) => {
    const one = open('one', t);
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
    assert.deepEqual(spec(), {
      holderIdentity: 'one_member1',
      leaseDurationSeconds: 60,
      acquireTime: spec().acquireTime,
      renewTime: spec().renewTime,
      leaseTransitions: 0,
    });
    assert.match(String(spec().acquireTime), /^1970-01-01T00:00:00\.000\d{3}Z$/);
    assert.ok(cluster.objects.has('/Namespace//regatta-system'));
  });

  it('lets one of two syncers hold and renew the Lease while the other waits', async (t) => {
    const one = open('one', t);
    const other = open('other', t);
    await one.lease.take(never);
    for (let looks = 0; looks < 200; looks++) {
      const standing = await other.lease.take(never);
      assert.ok(standing.type === 'held-by-other');
      assert.equal(standing.holder, 'one_member1');
      assert.ok(standing.pauseMs >= 2.5 * second && standing.pauseMs <= 5 * second);
      await clock.sleep(standing.pauseMs, never);
    }
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: false });
    assert.equal(spec().leaseTransitions, 0);
    const renewals = cluster.leaseCalls.filter((call) => call.startsWith('compareAndSwap')).length;
    const minutes = clock.now() / 60_000;
    assert.ok(renewals > 0.6 * minutes && renewals < 2 * minutes, `${renewals} in ${minutes} min`);
  });

  it('gives the Lease to one of two syncers that ask at the same moment', async (t) => {
    const standings = await Promise.all(
      ['one', 'other'].map((name) => open(name, t).lease.take(never)),
    );
    assert.deepEqual(standings.map(({ type }) => type).toSorted(), ['held-by-other', 'holding']);
  });

  it('lets another syncer acquire a released Lease at once', async (t) => {
    const one = open('one', t);
    const other = open('other', t);
    await one.lease.take(never);
    await other.lease.take(never);
    await one.lease.release();
    assert.equal('holderIdentity' in spec(), false);
    assert.deepEqual(await other.lease.take(never), { type: 'holding', acquired: true });
    assert.equal(spec().leaseTransitions, 1);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /does not hold/);
  });

  it('lets another syncer acquire the Lease only after its holder was silent for its duration', async (t) => {
    for (const skew of [-86_400_000, 0, 86_400_000]) {
      cluster = new FakeCluster();
      const one = open('one', t, { ...clock, now: () => clock.now() + skew });
      const other = open('other', t);
      await one.lease.take(never);
      one.link.down = true;
      await other.lease.take(never);
      const before = clock.uptime();
      const took = await waitFor(other.lease);
      assert.ok(took - before >= 60 * second && took - before <= 66 * second, `${took - before}`);
    }
  });

  it('lets another syncer acquire the Lease at once when its holder has ended', async (t) => {
    const one = open('one', t);
    const knowing = { ...holderNamed('other'), hasEnded: (at: string) => at === 'one' };
    const other = open('other', t, clock, knowing);
    await one.lease.take(never);
    one.link.down = true;
    assert.deepEqual(await other.lease.take(never), { type: 'holding', acquired: true });
  });

  it('makes the holder stop writing before another syncer may acquire the Lease', async (t) => {
    const one = open('one', t);
    const other = open('other', t);
    await one.lease.take(never);
    await other.lease.take(never);
    one.link.down = 'lease';
    let lastWrite = 0;
    const tookAt = waitFor(other.lease);
    while (clock.uptime() < 100 * second) {
      await clock.sleep(second, never);
      const wrote = await one.port.apply(configMap('a', '1'), real, never).catch(() => undefined);
      if (wrote !== undefined) lastWrite = clock.uptime();
    }
    assert.ok(lastWrite > 30 * second, 'an outage is bridged for a while');
    assert.ok((await tookAt) - lastWrite > 15 * second, `${await tookAt} after ${lastWrite}`);
    assert.equal(one.losses(), 1);
  });

  it('aborts running writes when the Lease cannot be renewed', async (t) => {
    const one = open('one', t);
    await one.lease.take(never);
    one.link.hangs = true;
    one.link.down = 'lease';
    await clock.sleep(20 * second, never);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /cut short/);
    assert.ok(clock.uptime() < 60 * second, `${clock.uptime()}`);
  });

  it('makes a suspended holder lose the Lease that another syncer acquired', async (t) => {
    // Its timers don't run; what it had begun to do goes on when it wakes.
    const asleep = { ...clock, sleep: () => new Promise<void>(() => {}) };
    const one = open('one', t, asleep);
    const other = open('other', t);
    await one.lease.take(never);
    await waitFor(other.lease);
    await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /does not hold/);
    assert.equal(one.losses(), 1);
    assert.equal((await one.lease.take(never)).type, 'held-by-other');
    assert.equal(cluster.objects.has('/ConfigMap/default/a'), false);
  });

  it('checks the Lease again right before a delayed write is sent', async (t) => {
    const asleep = { ...clock, sleep: () => new Promise<void>(() => {}) };
    const one = open('one', t, asleep);
    await one.lease.take(never);
    one.link.napMs = 39 * second;
    await one.port.apply(configMap('a', '1'), real, never);
    one.link.napMs = 2 * second;
    await assert.rejects(one.port.apply(configMap('b', '1'), real, never), /does not hold/);
    assert.equal(cluster.objects.has('/ConfigMap/default/b'), false);
  });

  it('does not use a Lease that has expired on either clock', async (t) => {
    for (const jump of [{ wall: 60 * second }, { up: 60 * second }]) {
      cluster = new FakeCluster();
      let { wall, up } = { wall: 0, up: 0 };
      const own = { now: () => clock.now() + wall, uptime: () => clock.uptime() + up };
      const one = open('one', t, { ...clock, ...own });
      await one.lease.take(never);
      ({ wall, up } = { wall: 0, up: 0, ...jump });
      one.link.down = true;
      await assert.rejects(one.port.apply(configMap('a', '1'), real, never), /refused/);
      one.link.down = false;
      // Nobody else has it: it is renewed, and the write goes out.
      await one.port.apply(configMap('a', '1'), real, never);
    }
  });

  it('makes the Lease of an idle cluster last longer, because it is renewed less often', async (t) => {
    const one = open('one', t);
    await one.lease.take(never);
    assert.equal(spec().leaseDurationSeconds, 60);
    await clock.sleep(120 * second, never);
    assert.equal(spec().leaseDurationSeconds, 240);
    await writeUntil(one.port, () => spec().leaseDurationSeconds === 60);
    one.link.down = 'lease';
    const since = clock.uptime();
    while (one.losses() === 0) await clock.sleep(second, never);
    assert.ok(clock.uptime() - since <= 60 * second, `${clock.uptime() - since}`);
  });

  it('does not use a Lease for longer than other syncers assume when a response was lost', async (t) => {
    const one = open('one', t);
    await one.lease.take(never);
    await clock.sleep(120 * second, never);
    one.link.losesAnswers = true;
    await writeUntil(one.port, () => spec().leaseDurationSeconds === 60);
    await assert.rejects(one.port.apply(configMap('a', '2'), real, never), /does not hold/);
    one.link.losesAnswers = false;
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('recognises its own Lease when the response to a write was lost', async (t) => {
    const one = open('one', t);
    one.link.losesAnswers = true;
    await assert.rejects(one.lease.take(never), /lost/);
    one.link.losesAnswers = false;
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('acquires the Lease again after someone deletes it', async (t) => {
    const one = open('one', t);
    await one.lease.take(never);
    cluster.remove(key);
    await clock.sleep(30 * second, never);
    assert.equal(one.losses(), 1);
    assert.deepEqual(await one.lease.take(never), { type: 'holding', acquired: true });
  });

  it('rejects writes without the Lease, and allows reads and dry runs', async (t) => {
    const one = open('one', t);
    const other = open('other', t);
    await one.lease.take(never);
    await other.port.apply(configMap('a', '1'), { dryRun: true }, never);
    await other.port.list(
      { kind: { apiVersion: 'v1', kind: 'ConfigMap' }, label: '', detail: 'object' },
      never,
    );
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
    const target = { ref, uid: 'uid', label: 'label' };
    for (const write of [
      () => other.port.apply(configMap('a', '1'), real, never),
      () => other.port.patchManagedFields(configMap('a', '1'), [], never),
      () => other.port.removeLabel(target, never),
      () => other.port.delete(ref, 'uid', never),
      () => other.port.compareAndSwap(configMap('a', '1'), never),
    ]) {
      await assert.rejects(write, /does not hold/);
    }
    assert.deepEqual(cluster.writes, ['apply /Namespace//regatta-system']);
  });
});

/** A syncer's way to the cluster. */
interface Link {
  /** Nothing gets through; or nothing that is about the Lease. */
  down: boolean | 'lease';
  /** Writes of objects end only when they are cut off. */
  hangs: boolean;
  /** What is written is written, and its answer lost. */
  losesAnswers: boolean;
  /** So long a write of an object waits before it is sent; milliseconds. */
  napMs: number;
}

interface Opened {
  readonly lease: MemberLease;
  /** What its turns write through. */
  readonly port: ClusterPort;
  readonly link: Link;
  /** How often it was told that the Lease is lost. */
  readonly losses: () => number;
}

/** One syncer's view of the Lease. */
function open(
  name: string,
  t: TestContext,
  own: Clock = clock,
  holder: HolderPort = { ...holderNamed(name), process: name },
): Opened {
  const link: Link = { down: false, hangs: false, losesAnswers: false, napMs: 0 };
  const through = linked(cluster, link);
  let losses = 0;
  const onLoss = () => losses++;
  const lease = new MemberLease({ name: 'member1', port: through, clock: own, holder, onLoss });
  t.after(() => lease.release());
  return { lease, port: new LeasedPort(through, lease), link, losses: () => losses };
}

function linked(to: FakeCluster, link: Link): ClusterPort {
  return new Proxy(to, {
    get(target, name) {
      const method = Reflect.get(target, name, target) as unknown;
      if (typeof method !== 'function') return method;
      return async (...args: readonly unknown[]) => {
        if (name === 'apply') await hold(link, args[2] as AbortSignal, args[3] as SendCheck);
        const isLease = name === 'compareAndSwap' || name === 'read';
        if (link.down === true || (link.down === 'lease' && isLease))
          throw new ClusterError('unreachable', 'connection refused');
        const result: unknown = await method.apply(target, args);
        if (name === 'compareAndSwap' && link.losesAnswers)
          throw new ClusterError('unreachable', 'lost');
        return result;
      };
    },
  });
}

async function hold(link: Link, signal: AbortSignal, check?: SendCheck): Promise<void> {
  if (link.hangs) return aborted(signal);
  if (link.napMs === 0) return;
  await clock.sleep(link.napMs, never);
  check?.();
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Looks until it gets the Lease, and resolves to when that was. */
async function waitFor(lease: MemberLease): Promise<number> {
  for (;;) {
    const standing = await lease.take(never);
    if (standing.type === 'holding') return clock.uptime();
    await clock.sleep(standing.pauseMs, never);
  }
}

/** Writes each second, for ten minutes at most. */
async function writeUntil(port: ClusterPort, holds: () => boolean): Promise<void> {
  for (let count = 0; !holds(); count++) {
    assert.ok(count < 600);
    await port.apply(configMap('a', String(count)), real, never).catch(() => {});
    await clock.sleep(second, never);
  }
}

function spec(): Readonly<Record<string, unknown>> {
  const live: KubeObject | undefined = cluster.objects.get(key);
  return (live?.spec ?? {}) as Readonly<Record<string, unknown>>;
}
