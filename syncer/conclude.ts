import { type Backoff, clusterBackoff, rejectedBackoff } from './pace/backoff.ts';
import type { ActionOutcome } from './plan/outcome.ts';
import { describeFaults } from './report/result-counts.ts';
import type { LoopState } from './report/turns.ts';

/** The state of a loop after a completed turn. */
interface Conclusion {
  readonly state: LoopState;
  /** Pauses before the next turn; undefined if the turn left nothing undone. */
  readonly backoff: Backoff | undefined;
}

/**
 * Decides from the outcomes of a turn whether the cluster is synced, and when to try again.
 *
 * @param refusal - why the syncer refuses the newest directory; undefined if it accepts the directory
 */
export function concludeTurn(
  outcomes: readonly ActionOutcome[],
  refusal: string | undefined,
  commit: string,
): Conclusion {
  const faults = describeFaults(outcomes);
  const reason = refusal ?? faults;
  if (outcomes.some(({ retry }) => retry)) {
    const state: LoopState = { type: 'working', reason: reason || 'waiting for objects' };
    return { state, backoff: clusterBackoff };
  }
  const backoff = faults === '' ? undefined : rejectedBackoff;
  if (reason !== '') return { state: { type: 'stalled', reason }, backoff };
  return { state: { type: 'synced', commit }, backoff };
}
