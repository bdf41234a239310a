import { ClusterError, type ClusterErrorReason } from '../cluster-error.ts';
import type { ActionOutcome, Result } from '../plan/outcome.ts';
import type { Clock } from '../ports/machine.ts';

/** The state of a cluster's loop after its last turn. */
export type LoopState =
  /** A turn is running, or the loop will retry one. */
  | { readonly type: 'working'; readonly reason: string }
  /** The cluster equals its directory at `commit`. */
  | { readonly type: 'synced'; readonly commit: string }
  /** A retry without a change in Git or in the cluster will not help. */
  | { readonly type: 'stalled'; readonly reason: string };

/** The phases of a turn, in order. A turn may skip some. */
export type PhaseName = 'lease' | 'inventory' | 'observe' | 'save' | 'apply' | 'prune';

/** A timed part of a turn. */
export interface Phase {
  readonly name: PhaseName;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Measures how long a phase of the running turn takes, also when it fails. */
export type Timed = <T>(name: PhaseName, work: () => Promise<T>) => Promise<T>;

/** One turn of a cluster's loop. */
export interface TurnReport {
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The desired commit; '' before the syncer has read one. */
  readonly commit: string;
  /** The state of the loop after the turn. */
  readonly state: LoopState['type'];
  /** Why the cluster is not synced; '' if the cluster is synced. */
  readonly reason: string;
  /** Why the turn failed; `bug` for an unexpected error. */
  readonly fault?: ClusterErrorReason | 'bug';
  /** Number of objects by result; empty if the turn ended early. */
  readonly counts: Readonly<Partial<Record<Result, number>>>;
  readonly phases: readonly Phase[];
}

/** The state of each cluster's loop. */
export type StateByCluster = ReadonlyMap<string, LoopState['type']>;

/** Called at the end of each turn. */
export type OnTurn = (turn: TurnReport) => void;

/** Collects and reports the turns of one cluster. */
export class Turns {
  readonly #cluster: string;
  readonly #clock: Clock;
  readonly #onTurn: OnTurn;
  #startedAt = 0;
  #fault: TurnReport['fault'];
  #counts: TurnReport['counts'] = {};
  #phases: Phase[] = [];
  #goesOn = false;

  constructor(cluster: string, clock: Clock, onTurn: OnTurn = () => {}) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#onTurn = onTurn;
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

  /** Reports the running turn and the next one as one turn, because it only prepared that one. */
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

  /**
   * Reports the turn.
   *
   * @param commit - the desired commit; '' before the syncer has read one
   */
  end(state: LoopState, commit: string): void {
    if (this.#goesOn) return;
    this.#onTurn({
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
