import { changes } from './events.ts';
import type { TurnReport } from './turns.ts';

/** The result of a fetch. */
interface FetchEnd {
  readonly commit?: string;
  /** Why it failed. */
  readonly fault?: string;
}

/** Selects the turns and fetches whose result differs from the previous one. */
export class ChangeFilter {
  /** The result of the last turn, by cluster. */
  readonly #turns = new Map<string, string>();
  #commit: string | undefined;
  #fault: string | undefined;

  /**
   * Reports whether a turn changed the cluster, or had another result than the previous turn. Without
   * this filter, an unreachable cluster or a Lease of another syncer would give a trace every few seconds.
   */
  isNewTurn({ cluster, commit, state, fault, counts }: TurnReport): boolean {
    const results = Object.entries(counts).filter(([result]) => result !== 'unchanged');
    const outcome = JSON.stringify([commit, state, fault, results]);
    const isNew = this.#turns.get(cluster) !== outcome;
    this.#turns.set(cluster, outcome);
    return isNew || [...changes].some((result) => (counts[result] ?? 0) > 0);
  }

  /** Reports whether a fetch found another commit, or failed with another error than the previous one. */
  isNewFetch({ commit, fault }: FetchEnd): boolean {
    const isNew = fault === undefined ? commit !== this.#commit : fault !== this.#fault;
    this.#fault = fault;
    this.#commit = commit ?? this.#commit;
    return isNew;
  }
}
