/** The syncer's side of a process that serves member clusters. */
import { errorMessage } from '#model/error.ts';
import type { FollowerPort, Order, Settled, SettleHow } from '../members-port.ts';
import { aborted } from '../pace/trigger.ts';
import type { Clock, Log } from '../ports/machine.ts';
import type { RenderedTree } from '../ports/source.ts';
import type { StartWorker, WorkerEnd, WorkerProcess } from '../ports/worker.ts';
import type { StateByCluster } from '../report/turns.ts';
import { Calls, EndedError } from './calls.ts';
import { followerMethods, type OnCall } from './follower-methods.ts';
import type { Share } from './share.ts';

/** Pause before the first restart, and the longest pause, in milliseconds. */
const [firstMs, longestMs] = [1000, 60_000];

/** A process that ran for this long counts as healthy, in milliseconds. */
const healthyMs = 10 * 60_000;

/**
 * Interval between two pings of the process, in milliseconds, and the number of pings that may stay without an
 * answer.
 */
const [pingMs, maxUnanswered] = [5000, 12];

/** How long after a stop the process must have ended, in milliseconds. Its loops need 4 s at most. */
const stopMs = 6000;

/** The end of a process, and the milliseconds until the next one starts. */
export interface Death extends WorkerEnd {
  readonly pauseMs: number;
}

export interface WorkerOptions {
  readonly start: StartWorker;
  readonly clock: Clock;
  readonly log: Log;
  readonly follower: FollowerPort;
  /** Called with each call to a cluster. */
  readonly called?: OnCall | undefined;
  readonly share: () => Share;
  readonly onDeath: (death: Death) => void;
  readonly stop: AbortSignal;
}

/** Serves member clusters in another process, and starts another one when it ends. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #end = new AbortController();
  readonly #stop: AbortSignal;
  readonly #running: Promise<void>;
  #calls: Calls | undefined;
  #order: Order | undefined;
  /** Whether the running process follows `#order`. */
  #isDelivered = false;
  states: StateByCluster = new Map();
  former: readonly string[] = [];

  /** @param first - a process that is ready */
  constructor(options: WorkerOptions, first?: WorkerProcess) {
    this.#options = options;
    this.#stop = AbortSignal.any([options.stop, this.#end.signal]);
    this.#running = this.#run(first);
  }

  async follow({ tree, ...order }: Order, stop: AbortSignal): Promise<void> {
    this.#order = order;
    await this.#deliver(stop, tree);
  }

  async repeat(stop: AbortSignal): Promise<void> {
    if (this.#isDelivered) await this.#ask('repeat', [], stop);
    else await this.#deliver(stop);
  }

  async settle({ deadline, ...how }: SettleHow): Promise<Settled> {
    const answer = await this.#ask('settle', [{ ...how, remainingMs: deadline.remainingMs }]);
    return (answer as Settled | undefined) ?? { clusters: this.states.size, isGood: false };
  }

  /** Ends the process. Resolves when it has ended. */
  ended(): Promise<void> {
    this.#end.abort();
    return this.#running;
  }

  /** @param tree - of the commit, if it has just been listed: a process that starts later must see what the clone has */
  async #deliver(stop: AbortSignal, tree?: RenderedTree): Promise<void> {
    const order = this.#order;
    this.#isDelivered = false;
    if (order === undefined) return;
    const calls = this.#calls;
    await this.#ask('follow', [{ ...order, tree }, this.#options.share()], stop);
    this.#isDelivered = calls !== undefined && calls === this.#calls && order === this.#order;
  }

  /** Returns the answer of the process; undefined if it ends before, because the next one gets the commit. */
  async #ask(name: string, args: readonly unknown[], stop?: AbortSignal): Promise<unknown> {
    try {
      return await this.#calls?.call(name, args, stop);
    } catch (error) {
      if (!(error instanceof EndedError)) throw error;
      return undefined;
    }
  }

  async #run(first: WorkerProcess | undefined): Promise<void> {
    const { clock, onDeath } = this.#options;
    let ready = first;
    let failures = 0;
    while (!this.#stop.aborted) {
      const since = clock.uptime();
      const end = await this.#serve(ready);
      ready = undefined;
      if (this.#stop.aborted) return;
      failures = clock.uptime() - since < healthyMs ? failures + 1 : 1;
      const pauseMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
      onDeath({ ...end, pauseMs });
      await clock.sleep(pauseMs, this.#stop).catch(() => {});
    }
  }

  /** Uses a process until it ends. */
  async #serve(ready: WorkerProcess | undefined): Promise<WorkerEnd> {
    try {
      return await this.#use(ready ?? (await this.#options.start()));
    } catch (error) {
      return { reason: `could not start: ${errorMessage(error)}`, cluster: '' };
    }
  }

  async #use(child: WorkerProcess): Promise<WorkerEnd> {
    const { follower, called, log } = this.#options;
    const noted = (states: StateByCluster, former: readonly string[]) => {
      this.states = states;
      this.former = former;
    };
    const methods = followerMethods({ follower, called, noted });
    const calls = new Calls((message) => child.send(message), methods);
    child.hear((message) => heardBy(calls, child, message));
    this.#calls = calls;
    const gone = new AbortController();
    void this.#watch(child, calls, gone.signal);
    void this.#halt(child, calls, gone.signal);
    this.#deliver(this.#stop).catch((error: unknown) => {
      if (!this.#stop.aborted)
        log.warn({ reason: errorMessage(error) }, 'the commit is not followed');
    });
    const end = await child.ended;
    gone.abort();
    this.#calls = undefined;
    this.#isDelivered = false;
    this.states = new Map(this.states.keys().map((name) => [name, 'working']));
    calls.end();
    return end;
  }

  /** Kills a process that does not answer. Counts questions, because the clocks may pause together with the machine. */
  async #watch(child: WorkerProcess, calls: Calls, gone: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let unanswered = 0;
    const answered = () => {
      unanswered = 0;
    };
    while (unanswered < maxUnanswered) {
      calls.call('ping', []).then(answered, () => {});
      unanswered++;
      await clock.sleep(pingMs, gone).catch(() => {});
      if (gone.aborted) return;
    }
    child.kill(`did not answer for ${(pingMs * maxUnanswered) / 1000} s`);
  }

  /** After a stop, lets the process end its loops, and kills it if it does not end. */
  async #halt(child: WorkerProcess, calls: Calls, gone: AbortSignal): Promise<void> {
    await aborted(AbortSignal.any([this.#stop, gone]));
    if (gone.aborted) return;
    calls.notify('stop');
    await this.#options.clock.sleep(stopMs, gone).then(
      () => child.kill(),
      () => {},
    );
  }
}

/** Kills a process that sends something else than the syncer expects. */
function heardBy(calls: Calls, child: WorkerProcess, message: unknown): void {
  try {
    calls.heard(message);
  } catch (error) {
    child.kill(`sent an invalid message: ${errorMessage(error)}`);
  }
}
