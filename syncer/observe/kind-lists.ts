import { ClusterError } from '../cluster-error.ts';
import { backoffMs, clusterBackoff } from '../pace/backoff.ts';
import { lastingAfter, Streaks } from '../pace/streaks.ts';
import type { KindRef, Listing } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { groupKind } from './group-kind.ts';
import type { Reachability } from './reachability.ts';

/** Maximum time that a turn waits for a list while the cluster answers others, in milliseconds. */
const graceMs = 5000;

/** Maximum time that a turn waits for the list of a kind that failed before, in milliseconds. */
const faultyGraceMs = 300;

/** Why the syncer does not know the objects of a kind. */
export interface KindFault {
  readonly message: string;
  /** True if another attempt may succeed soon. */
  readonly retry: boolean;
}

interface Fault extends KindFault {
  /** The answer of the list; absent until the API server has answered. */
  readonly error?: ClusterError;
  /** Time of the next attempt, in milliseconds since the epoch. */
  readonly retryAt: number;
}

/** The list of a kind, or `unknown` if the cluster does not serve the kind. */
export type KindAnswer = Listing | 'unknown';

interface KindListsOptions {
  readonly clock: Clock;
  readonly reachability: Reachability;
  readonly list: (kind: KindRef, stop: AbortSignal) => Promise<Listing>;
  /** Called when an answer arrives for which no turn waits. */
  readonly onLate: () => void;
}

/**
 * Lists kinds, each on its own: a kind that the API server does not list, or lists slowly, delays no other
 * kind. A turn waits for a list only for a while; a later turn takes the answer.
 */
export class KindLists {
  readonly #options: KindListsOptions;
  readonly #running = new Map<string, Promise<void>>();
  /** Kinds whose list the last turn did not wait for. */
  readonly #late = new Set<string>();
  readonly #answers = new Map<string, KindAnswer>();
  readonly #faults = new Map<string, Fault>();
  readonly #streaks = new Streaks();

  constructor(options: KindListsOptions) {
    this.#options = options;
  }

  /** True if the syncer knows the objects of every kind that it listed. */
  get isWhole(): boolean {
    return this.#faults.size === 0;
  }

  /** Returns why the syncer does not know the objects of a kind; undefined if it knows them. */
  faultOf(id: string): KindFault | undefined {
    return this.#faults.get(id);
  }

  /** Records that the syncer cannot know the objects of a kind for another reason than its list. */
  note(id: string, message: string): void {
    this.#faults.set(id, { message, retry: false, retryAt: 0 });
  }

  /**
   * Lists the kinds. Resolves to the answers by kind, without those of kinds that have a fault afterwards.
   *
   * @throws ClusterError `unreachable` if the cluster answers nothing
   */
  async ask(
    kinds: readonly KindRef[],
    stop: AbortSignal,
  ): Promise<ReadonlyMap<string, KindAnswer>> {
    const ids = kinds.map(groupKind);
    for (const kind of kinds) if (this.#isDue(groupKind(kind))) this.#start(kind, stop);
    await this.#settle(ids, stop);
    const found = new Map<string, KindAnswer>();
    for (const id of ids) {
      const answer = this.#answers.get(id);
      if (answer !== undefined) found.set(id, answer);
      this.#answers.delete(id);
      if (this.#running.has(id)) this.#leave(id);
    }
    return found;
  }

  /** Waits until the lists have ended, or the turn must continue without them. */
  async #settle(ids: readonly string[], stop: AbortSignal): Promise<void> {
    const running = ids.filter((id) => this.#running.has(id));
    const { faulty = [], fresh = [] } = Object.groupBy(running, (id) =>
      this.#faults.has(id) ? 'faulty' : 'fresh',
    );
    if (fresh.length > 0) await this.#settleFresh(fresh, stop);
    if (faulty.length > 0) await this.#within(this.#ended(faulty), faultyGraceMs);
  }

  async #settleFresh(ids: readonly string[], stop: AbortSignal): Promise<void> {
    const ended = this.#ended(ids);
    await this.#within(ended, graceMs);
    const isAnswered = (id: string) =>
      this.#answers.has(id) || isAnswer(this.#faults.get(id)?.error);
    if (ids.some(isAnswered) || (await this.#options.reachability.isAnswering(stop))) return;
    await ended;
    const [error] = ids.flatMap((id) => this.#faults.get(id)?.error ?? []);
    if (error === undefined || ids.some(isAnswered)) return;
    // The whole cluster is at fault, not its kinds.
    for (const id of ids) this.#forgive(id);
    throw error;
  }

  async #ended(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#running.get(id)));
  }

  /** Resolves when the work has ended, or after `ms`. */
  async #within(work: Promise<void>, ms: number): Promise<void> {
    const end = new AbortController();
    const late = this.#options.clock.sleep(ms, end.signal).catch(() => {});
    try {
      await Promise.race([work, late]);
    } finally {
      end.abort();
    }
  }

  /** Lets the turn continue without the list of a kind. */
  #leave(id: string): void {
    this.#late.add(id);
    if (this.#faults.has(id)) return;
    const message = `cannot list ${nameOf(id)}: no answer for ${graceMs / 1000} s yet`;
    this.#faults.set(id, { message, retry: true, retryAt: 0 });
  }

  #isDue(id: string): boolean {
    if (this.#running.has(id) || this.#answers.has(id)) return false;
    return (this.#faults.get(id)?.retryAt ?? 0) <= this.#options.clock.now();
  }

  #start(kind: KindRef, stop: AbortSignal): void {
    const id = groupKind(kind);
    const run = this.#options
      .list(kind, stop)
      .then((listing) => this.#succeeded(id, listing))
      .catch((error: unknown) => this.#failed(id, error))
      .finally(() => {
        this.#running.delete(id);
        if (this.#late.delete(id) && !stop.aborted) this.#options.onLate();
      });
    run.catch(() => {});
    this.#running.set(id, run);
  }

  #succeeded(id: string, answer: KindAnswer): void {
    this.#forgive(id);
    this.#answers.set(id, answer);
  }

  #forgive(id: string): void {
    this.#faults.delete(id);
    this.#streaks.succeeded(id);
  }

  #failed(id: string, error: unknown): void {
    if (!(error instanceof ClusterError)) throw error;
    if (error.reason === 'unknown-kind') {
      this.#succeeded(id, 'unknown');
      return;
    }
    const failures = this.#streaks.failed(id, error);
    // The first failure is retried in the next turn, because it may be a coincidence.
    const pauseMs = failures === 1 ? 0 : backoffMs(clusterBackoff, failures, id);
    const retry = !error.isLasting && failures < lastingAfter;
    const retryAt = this.#options.clock.now() + pauseMs;
    this.#faults.set(id, { message: error.message, error, retry, retryAt });
  }
}

function isAnswer(error: ClusterError | undefined): boolean {
  return error !== undefined && error.reason !== 'unreachable';
}

/** Returns `Kind` or `Kind.group`. */
function nameOf(id: string): string {
  const [group = '', kind = ''] = id.split('/');
  return group === '' ? kind : `${kind}.${group}`;
}
