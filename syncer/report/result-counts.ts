import type { ObjectKey } from '#model/object.ts';
import type { ActionOutcome, Result } from '../plan/outcome.ts';
import { changes } from './events.ts';

type Counts = Readonly<Partial<Record<Result, number>>>;

/**
 * Counts the objects by what became of them since the cluster was last synced, each object once: an object that
 * changed is not among the unchanged objects of the last turn.
 */
export class ResultCounts {
  readonly #changed = new Map<ObjectKey, Result>();
  #unchanged: number | undefined;

  get counts(): Counts {
    const counts: Partial<Record<Result, number>> = {};
    if (this.#unchanged !== undefined) counts.unchanged = this.#unchanged;
    for (const result of this.#changed.values()) counts[result] = (counts[result] ?? 0) + 1;
    return counts;
  }

  add(outcomes: readonly ActionOutcome[]): void {
    for (const { key, result } of outcomes) {
      if (changes.has(result)) this.#changed.set(key, laterOf(this.#changed.get(key), result));
    }
    const unchanged = outcomes.filter(({ result }) => result === 'unchanged');
    this.#unchanged = unchanged.filter(({ key }) => !this.#changed.has(key)).length;
  }

  clear(): void {
    this.#changed.clear();
    this.#unchanged = undefined;
  }
}

/** Returns what became of an object in two turns. An object that a turn created stays a new one if another turn changes it. */
function laterOf(before: Result | undefined, result: Result): Result {
  return before === 'created' && result === 'configured' ? before : result;
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
