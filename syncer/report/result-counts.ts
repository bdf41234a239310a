import type { ActionOutcome, Result } from '../plan/outcome.ts';
import { changes } from './events.ts';

type Counts = Readonly<Partial<Record<Result, number>>>;

/** What was changed since a cluster was last synced, and what its last turn left unchanged. */
export class ResultCounts {
  #counts: Partial<Record<Result, number>> = {};

  get counts(): Counts {
    return { ...this.#counts };
  }

  add(outcomes: readonly ActionOutcome[]): void {
    const unchanged = outcomes.filter(({ result }) => result === 'unchanged').length;
    const counts = { ...this.#counts, unchanged };
    for (const { result } of outcomes.filter(({ result }) => changes.has(result))) {
      counts[result] = (counts[result] ?? 0) + 1;
    }
    this.#counts = counts;
  }

  clear(): void {
    this.#counts = {};
  }
}

/** In words, what Git wants that the cluster has not, nor will have by waiting; '' when nothing. */
export function describeFaults(outcomes: readonly ActionOutcome[]): string {
  const bad = outcomes.filter(isUnapplied).length;
  const postponed = outcomes.filter(({ result }) => result === 'postponed');
  const held = outcomes.filter(({ result }) => result === 'held').length;
  return [
    ...(bad > 0 ? [`${bad} objects not applied`] : []),
    ...(postponed.length > 0
      ? [`${postponed.length} objects not changed: ${postponed[0]?.message}`]
      : []),
    ...(held > 0 ? [`${held} objects not deleted`] : []),
  ].join(', ');
}

function isUnapplied({ result, retry }: ActionOutcome): boolean {
  return result === 'failed' || result === 'refused' || (result === 'waiting' && !retry);
}
