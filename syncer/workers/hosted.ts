/** The side of the process that serves member clusters. */
import * as v from 'valibot';
import type { FollowerPort, MembersPort, OpenMembers, Order } from '../members-port.ts';
import { Deadline } from '../pace/deadline.ts';
import type { Clock } from '../ports/machine.ts';
import type { RenderedTree, SourcePort } from '../ports/source.ts';
import { Calls, method } from './calls.ts';
import type { OnCall } from './follower-methods.ts';
import { type Serves, type Share, sharedTree, shareSchema } from './share.ts';

/**
 * Interval at which the process counts, in milliseconds, and how many intervals may pass without a question of
 * the syncer.
 */
const [countMs, maxSilent] = [5000, 8];

/** What a process needs to serve member clusters for a syncer in another process. */
export interface HostPorts {
  readonly clock: Clock;
  /** The source that shows all clusters. */
  readonly source: Pick<SourcePort, 'clusterNames'>;
  /** Sends a message to the syncer. */
  readonly send: (message: unknown) => void;
}

/** Looks at no file: a large fleet has many. */
const tree = v.custom<RenderedTree>((value) => v.is(v.looseObject({ commit: v.string() }), value));

const order: v.GenericSchema<unknown, Order> = v.object({
  commit: v.string(),
  rendered: v.optional(v.array(v.string())),
  tree: v.optional(tree),
  asks: v.optional(v.object({ wait: v.boolean() })),
});
const settling = v.object({ wait: v.boolean(), hasCommit: v.boolean(), remainingMs: v.number() });

/** Serves member clusters as the syncer in another process asks. */
export class HostedMembers {
  readonly #ports: HostPorts;
  readonly #members: MembersPort;
  readonly #calls: Calls;
  readonly #stop = new AbortController();
  readonly #stopped = Promise.withResolvers<void>();
  #share: Share = { kind: 'except', clusters: [] };
  /** The last of the calls that follow one another. */
  #last: Promise<unknown> = Promise.resolve();
  #states = '';
  /** Number of intervals since the syncer last asked. */
  #silent = 0;

  /** @param open - opens the members, which must see only the clusters that they serve, and report their calls */
  constructor(ports: HostPorts, open: (serves: Serves, called: OnCall) => OpenMembers) {
    this.#ports = ports;
    this.#calls = new Calls(ports.send, {
      follow: method(v.tuple([order, shareSchema]), (args) => this.#inOrder(this.#follow(...args))),
      repeat: () => this.#inOrder(() => this.#members.repeat(this.#stop.signal)),
      settle: method(v.tuple([settling]), ([{ remainingMs, ...how }]) => {
        const deadline = new Deadline(ports.clock, remainingMs);
        return this.#inOrder(() => this.#members.settle({ ...how, deadline }, this.#stop.signal));
      }),
      ping: () => this.#asked(),
      stop: () => this.stop(),
    });
    const called: OnCall = (...call) => this.#calls.notify('called', ...call);
    this.#members = open(this.#serves, called)(this.#follower());
    void this.#watch();
  }

  readonly #serves: Serves = (cluster) => {
    const { kind, clusters } = this.#share;
    return clusters.includes(cluster) === (kind === 'only');
  };

  /** Handles a message of the syncer. */
  heard(message: unknown): void {
    this.#calls.heard(message);
  }

  /** Ends the loops. */
  stop(): void {
    this.#stop.abort();
    this.#stopped.resolve();
  }

  /** Resolves after `stop`, when all loops have ended and the calls are answered. */
  async ended(): Promise<void> {
    await this.#stopped.promise;
    await this.#last;
    await this.#members.ended();
  }

  #asked(): void {
    this.#silent = 0;
    this.#publish();
  }

  /**
   * Ends the loops when the syncer no longer asks. A syncer that hangs follows no commit, so another one must
   * take the Leases. Counts intervals, because the clocks may pause together with the machine.
   */
  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#silent < maxSilent) {
      await this.#ports.clock.sleep(countMs, signal).catch(() => {});
      if (signal.aborted) return;
      this.#silent++;
    }
    this.stop();
  }

  #follow({ rendered, tree, ...rest }: Order, share: Share): () => Promise<void> {
    return async () => {
      const { signal } = this.#stop;
      this.#share = share;
      const isWhole = share.kind === 'except' && share.clusters.length === 0;
      // The clusters of other processes are in the fleet, too.
      const names = async () => this.#ports.source.clusterNames(rest.commit, signal);
      const all = rendered ?? (isWhole ? undefined : await names());
      const shown = sharedTree(tree, this.#serves);
      await this.#members.follow({ ...rest, rendered: all, tree: shown }, signal);
    };
  }

  /** Does work after earlier calls, so that an older commit never replaces a newer one. */
  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#publish();
    }
  }

  /** Sends the states of the clusters if they have changed. */
  #publish(): void {
    const { states, former } = this.#members;
    const text = JSON.stringify([...states, former]);
    if (text !== this.#states) this.#calls.notify('states', states, former);
    this.#states = text;
  }

  #follower(): FollowerPort {
    const calls = this.#calls;
    const ask =
      <T>(name: string) =>
      (before: string, commit: string, signal: AbortSignal) =>
        calls.call(name, [before, commit], signal) as Promise<T>;
    return {
      report: (event) => {
        calls.notify('event', event);
        if (event.type === 'former') this.#publish();
      },
      turned: (turn) => {
        calls.notify('turn', turn);
        this.#publish();
      },
      mayFollow: ask('mayFollow'),
      descends: ask('descends'),
      changesSince: ask('changesSince'),
      refresh: async () => void (await calls.call('refresh', [])),
    };
  }
}
