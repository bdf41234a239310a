import { formatDuration } from '#model/duration.ts';
import { errorMessage } from '#model/error.ts';
import type {
  FollowerPort,
  MembersPort,
  OpenMembers,
  Order,
  Settled,
  SettleHow,
} from '../members-port.ts';
import type { WorkerProcess } from '../ports/worker.ts';
import type { StateByCluster } from '../report/turns.ts';
import type { Share } from './share.ts';
import { type Death, Worker, type WorkerOptions } from './worker.ts';

/** A cluster that ends the process twice in this time gets another one, in milliseconds. */
const twiceMs = 10 * 60_000;

type WorkersOptions = Pick<WorkerOptions, 'start' | 'clock' | 'log' | 'called' | 'stop'>;

/**
 * Returns what opens the members in another process, which may end without the syncer. A cluster that ends it twice
 * moves to a second process, for such clusters only.
 *
 * @param first - a process that is ready
 */
export function openWorkers(options: WorkersOptions, first: WorkerProcess): OpenMembers {
  return (follower) => new Workers(options, follower, first);
}

class Workers implements MembersPort {
  readonly #options: WorkersOptions;
  readonly #follower: FollowerPort;
  readonly #first: Worker;
  #second: Worker | undefined;
  #order: Order | undefined;
  /** The clusters of the second process. */
  readonly #moved = new Set<string>();
  /** When a cluster ended the first process, on the monotonic clock. */
  readonly #deaths = new Map<string, number>();

  constructor(options: WorkersOptions, follower: FollowerPort, first: WorkerProcess) {
    this.#options = options;
    this.#follower = follower;
    const share = () => this.#share('except');
    const onDeath = (death: Death) => this.#died(death, this.#mustMove(death.cluster));
    this.#first = new Worker({ ...options, follower, share, onDeath }, first);
  }

  get states(): StateByCluster {
    return new Map(this.#all.flatMap(({ states }) => [...states]));
  }

  get former(): readonly string[] {
    return this.#all.flatMap(({ former }) => former);
  }

  get #all(): readonly Worker[] {
    return this.#second === undefined ? [this.#first] : [this.#first, this.#second];
  }

  async follow(order: Order, stop: AbortSignal): Promise<void> {
    const { tree: _, ...kept } = order;
    this.#order = kept;
    await Promise.all(this.#all.map((worker) => worker.follow(order, stop)));
  }

  async repeat(stop: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.repeat(stop)));
  }

  async settle(how: SettleHow): Promise<Settled> {
    const settled = await Promise.all(this.#all.map((worker) => worker.settle(how)));
    const clusters = settled.reduce((sum, one) => sum + one.clusters, 0);
    return { clusters, isGood: settled.every(({ isGood }) => isGood) };
  }

  async ended(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.ended()));
  }

  #share(kind: Share['kind']): Share {
    return { kind, clusters: [...this.#moved] };
  }

  /** Notes that a cluster ended the first process. Reports whether it did so before, and is moved therefore. */
  #mustMove(cluster: string): boolean {
    if (cluster === '') return false;
    const now = this.#options.clock.uptime();
    const before = this.#deaths.get(cluster);
    this.#deaths.set(cluster, now);
    return before !== undefined && now - before <= twiceMs && !this.#moved.has(cluster);
  }

  #died({ reason, cluster, pauseMs }: Death, moves: boolean): void {
    const { log } = this.#options;
    const again = `it starts again in ${formatDuration(pauseMs)}`;
    log.error({ ...(cluster !== '' && { cluster }), reason, pauseMs }, 'the worker ended');
    if (cluster === '') return;
    const next = moves ? `${again}, and another process serves this cluster from now on` : again;
    const text = `the process that serves the clusters ${reason} while it read an answer of this cluster: ${next}`;
    this.#follower.report({ type: 'trouble', cluster, reason: text });
    if (moves) this.#move(cluster);
  }

  #move(cluster: string): void {
    const { stop, log } = this.#options;
    this.#moved.add(cluster);
    const share = () => this.#share('only');
    const onDeath = (death: Death) => this.#died(death, false);
    this.#second ??= new Worker({ ...this.#options, follower: this.#follower, share, onDeath });
    if (this.#order === undefined) return;
    this.#second.follow(this.#order, stop).catch((error: unknown) => {
      if (!stop.aborted) log.warn({ cluster, reason: errorMessage(error) }, 'not followed');
    });
  }
}
