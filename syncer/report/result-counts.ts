import type { ActionOutcome, Result } from '../plan/outcome.ts';
import { changes } from './events.ts';

type Counts = Readonly<Partial<Record<Result, number>>>;

/** Counts the changes since the cluster was last synced, and the unchanged objects of the last turn. */
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

/**
 * Describes the objects that the turn could not bring to their desired state, and that waiting will not fix;
 * '' without such objects.
 */
export function describeFaults(outcomes: readonly ActionOutcome[]): string {
  const bad = outcomes.filter(isUnapplied).length;
  const postponed = outcomes.filter(({ result }) => result === 'postponed');
  const held = outcomes.filter(({ result, unlisted }) => result === 'held' && !unlisted).length;
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
