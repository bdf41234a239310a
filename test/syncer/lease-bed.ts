import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ClusterError } from '#syncer/cluster-error.ts';
import { LeasedPort } from '#syncer/lease/leased-port.ts';
import { MemberLease } from '#syncer/lease/member-lease.ts';
import { marksOf } from '#syncer/ownership/marks.ts';
import type { ApplyOptions, ClusterPort, SendCheck } from '#syncer/ports/cluster.ts';
import type { Clock, HolderPort } from '#syncer/ports/machine.ts';
import { FakeCluster } from './fake-cluster.ts';
import { configMap, fakeClock, holderNamed, sampleManager, sampleOwner } from './samples.ts';

export const never: AbortSignal = new AbortController().signal;
export const second = 1000;
/** The options of an apply that is not a dry run. */
export const real: ApplyOptions = { dryRun: false, manager: sampleManager };
export const leaseKey = 'coordination.k8s.io/Lease/regatta-system/regatta.f1eet00001';

/** The connection of one syncer to the cluster, with its faults. */
interface Link {
  /** True fails all requests, 'lease' only those for the Lease. */
  down: boolean | 'lease';
  /** Makes writes of objects hang until their signal aborts them. */
  hangs: boolean;
  /** Loses the responses to writes that succeeded. */
  losesAnswers: boolean;
  /** Delay of each write of an object before it is sent, in milliseconds. */
  napMs: number;
}

interface Opened {
  readonly lease: MemberLease;
  /** The port that the turns of this syncer write through. */
  readonly port: ClusterPort;
  readonly link: Link;
  /** Returns how often the syncer was notified that it lost the Lease. */
  readonly losses: () => number;
}

/** LeaseBed is a cluster whose Lease several syncers compete for, under one clock. */
export class LeaseBed {
  readonly cluster: FakeCluster = new FakeCluster();
  readonly clock: Clock;

  constructor(clock: Clock = fakeClock()) {
    this.clock = clock;
  }

  /** Opens one syncer's view of the Lease, and releases the Lease at the end of the test. */
  open(
    name: string,
    t: TestContext,
    own: Clock = this.clock,
    holder: HolderPort = { ...holderNamed(name), process: name },
  ): Opened {
    const link: Link = { down: false, hangs: false, losesAnswers: false, napMs: 0 };
    const through = this.#linked(link);
    let losses = 0;
    const onLoss = () => losses++;
    const { lease: ref, manager } = sampleOwner.names;
    const place = { ref, marks: marksOf(sampleOwner.fleet) };
    const lease = new MemberLease({
      name: 'member1',
      port: through,
      clock: own,
      holder,
      onLoss,
      place,
      manager,
    });
    t.after(() => lease.release());
    return { lease, port: new LeasedPort(through, lease), link, losses: () => losses };
  }

  /** Retries until `lease` holds the Lease, and returns the uptime at that moment. */
  async waitFor(lease: MemberLease): Promise<number> {
    for (;;) {
      const state = await lease.take(never);
      if (state.type === 'holding') return this.clock.uptime();
      await this.clock.sleep(state.pauseMs, never);
    }
  }

  /** Writes once a second, for at most ten minutes. */
  async writeUntil(port: ClusterPort, holds: () => boolean): Promise<void> {
    for (let count = 0; !holds(); count++) {
      assert.ok(count < 600);
      await port.apply(configMap('a', String(count)), real, never).catch(() => {});
      await this.clock.sleep(second, never);
    }
  }

  /** Returns the spec of the live Lease. */
  spec(): Readonly<Record<string, unknown>> {
    const live = this.cluster.objects.get(leaseKey);
    return (live?.spec ?? {}) as Readonly<Record<string, unknown>>;
  }

  #linked(link: Link): ClusterPort {
    return new Proxy(this.cluster, {
      get: (target, name) => {
        const method = Reflect.get(target, name, target) as unknown;
        if (typeof method !== 'function') return method;
        return async (...args: readonly unknown[]) => {
          if (name === 'apply') {
            await this.#hold(link, args[2] as AbortSignal, args[3] as SendCheck);
          }
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

  async #hold(link: Link, signal: AbortSignal, check?: SendCheck): Promise<void> {
    if (link.hangs) return aborted(signal);
    if (link.napMs === 0) return;
    await this.clock.sleep(link.napMs, never);
    check?.();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
