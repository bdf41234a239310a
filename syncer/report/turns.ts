import type { ActionOutcome } from '../act/outcome.ts';
import type { LoopState } from '../loop-state.ts';
import { type Clock, ClusterError, type ClusterErrorReason } from '../ports.ts';
import type { Result } from './events.ts';

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
}

/** Where each cluster stands. */
export type Standings = ReadonlyMap<string, LoopState['type']>;

export type OnTurn = (turn: TurnReport) => void;

/** Gathers what is told of the turns of one cluster. */
export class Turns {
  readonly #cluster: string;
  readonly #clock: Clock;
  readonly #told: OnTurn;
  #startedAt = 0;
  #fault: TurnReport['fault'];
  #counts: TurnReport['counts'] = {};

  constructor(cluster: string, clock: Clock, told: OnTurn = () => {}) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#told = told;
  }

  begin(): void {
    this.#startedAt = this.#clock.now();
    this.#fault = undefined;
    this.#counts = {};
  }

  came(outcomes: readonly ActionOutcome[]): void {
    const counts: Partial<Record<Result, number>> = {};
    for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1;
    this.#counts = counts;
  }

  failed(error: unknown): void {
    this.#fault = error instanceof ClusterError ? error.reason : 'bug';
  }

  /** @param commit - that is wanted; '' when there is none */
  end(state: LoopState, commit: string): void {
    this.#told({
      cluster: this.#cluster,
      startedAt: this.#startedAt,
      endedAt: this.#clock.now(),
      commit,
      state: state.type,
      reason: state.type === 'synced' ? '' : state.reason,
      ...(this.#fault !== undefined && { fault: this.#fault }),
      counts: this.#counts,
    });
  }
}
