import { changes } from '#syncer/report/events.ts';
import type { TurnReport } from '#syncer/report/turns.ts';
import type { StepEnd } from './spans.ts';

/** Tells the turns and fetches that say something new from those that come out like the one before. */
export class ChangeFilter {
  /** By cluster, how its last turn came out. */
  readonly #turns = new Map<string, string>();
  #commit: string | undefined;
  #fault: string | undefined;

  /**
   * Whether it changed something in the cluster, or came out unlike the one before: a cluster that is
   * away or held by another syncer is asked every few seconds.
   */
  isNewTurn({ cluster, commit, state, fault, counts }: TurnReport): boolean {
    const results = Object.entries(counts).filter(([result]) => result !== 'unchanged');
    const standing = JSON.stringify([commit, state, fault, results]);
    const isNew = this.#turns.get(cluster) !== standing;
    this.#turns.set(cluster, standing);
    return isNew || [...changes].some((result) => (counts[result] ?? 0) > 0);
  }

  /** Whether it found another commit, or failed unlike the one before. */
  isNewFetch({ commit, fault }: StepEnd): boolean {
    const isNew = fault === undefined ? commit !== this.#commit : fault !== this.#fault;
    this.#fault = fault;
    this.#commit = commit ?? this.#commit;
    return isNew;
  }
}
