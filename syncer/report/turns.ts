import { ClusterError, type ClusterErrorReason } from '../cluster-error.ts';
import type { ActionOutcome, Result } from '../plan/outcome.ts';
import type { Clock } from '../ports/machine.ts';

/** The state of a cluster's loop after its last turn. */
export type LoopState =
  /** A turn is running, or will be retried. */
  | { readonly type: 'working'; readonly reason: string }
  /** The cluster equals its directory at `commit`. */
  | { readonly type: 'synced'; readonly commit: string }
  /** A retry without a change in Git or in the cluster will not help. */
  | { readonly type: 'stalled'; readonly reason: string };

/** What a turn does, one after the other; not all of them do all. */
export type PhaseName = 'lease' | 'inventory' | 'observe' | 'save' | 'apply' | 'prune';

/** Milliseconds since the epoch. */
export interface Phase {
  readonly name: PhaseName;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Notes how long a part of the turn under way takes, however it ends. */
export type Timed = <T>(name: PhaseName, work: () => Promise<T>) => Promise<T>;

/** One turn of a cluster's loop. */
export interface TurnReport {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The commit that is wanted; '' while none could be. */
  readonly commit: string;
  /** Where it has left the cluster. */
  readonly state: LoopState['type'];
  /** Why it is not synced; '' when it is. */
  readonly reason: string;
  /** Why it could not be carried through; `bug` of what nobody foresaw. */
  readonly fault?: ClusterErrorReason | 'bug';
  /** How many objects came out how; empty of a turn that was cut short. */
  readonly counts: Readonly<Partial<Record<Result, number>>>;
  readonly phases: readonly Phase[];
}

/** Where each cluster stands. */
export type StateByCluster = ReadonlyMap<string, LoopState['type']>;

export type OnTurn = (turn: TurnReport) => void;

/** Gathers what is told of the turns of one cluster. */
export class Turns {
  readonly #cluster: string;
  readonly #clock: Clock;
  readonly #told: OnTurn;
  #startedAt = 0;
  #fault: TurnReport['fault'];
  #counts: TurnReport['counts'] = {};
  #phases: Phase[] = [];
  #goesOn = false;

  constructor(cluster: string, clock: Clock, told: OnTurn = () => {}) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#told = told;
  }

  begin(): void {
    const isBegun = this.#goesOn;
    this.#goesOn = false;
    if (isBegun) return;
    this.#startedAt = this.#clock.now();
    this.#fault = undefined;
    this.#counts = {};
    this.#phases = [];
  }

  /** The turn under way has only prepared the next one: both are told of as one. */
  goOn(): void {
    this.#goesOn = true;
  }

  readonly timed: Timed = async (name, work) => {
    const startedAt = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#phases.push({ name, startedAt, endedAt: this.#clock.now() });
    }
  };

  note(outcomes: readonly ActionOutcome[]): void {
    const counts: Partial<Record<Result, number>> = {};
    for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1;
    this.#counts = counts;
  }

  failed(error: unknown): void {
    this.#fault = error instanceof ClusterError ? error.reason : 'bug';
  }

  /** @param commit - that is wanted; '' when there is none */
  end(state: LoopState, commit: string): void {
    if (this.#goesOn) return;
    this.#told({
      cluster: this.#cluster,
      startedAt: this.#startedAt,
      endedAt: this.#clock.now(),
      commit,
      state: state.type,
      reason: state.type === 'synced' ? '' : state.reason,
      ...(this.#fault !== undefined && { fault: this.#fault }),
      counts: this.#counts,
      phases: this.#phases,
    });
  }
}
