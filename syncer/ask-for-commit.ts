import { ClusterError } from './cluster-error.ts';
import type { Goal } from './identify.ts';
import { askHolder } from './lease/ask-holder.ts';
import type { HeldByOther } from './lease/lease-state.ts';
import type { ReconcileAnswer } from './lease/reconcile-request.ts';
import type { LoopOptions } from './loop-options.ts';
import type { SystemRef } from './ownership/names.ts';

/** Maximum time for the holder's turn, in milliseconds. */
const turnMs = 60_000;

/** Pause before the syncer asks again, in milliseconds. */
const againMs = 500;

type AskingOptions = Pick<LoopOptions, 'port' | 'clock' | 'holder' | 'descends' | 'asks'> & {
  readonly ref: SystemRef;
};

/**
 * Asks the syncer that holds a Lease for a turn, if this syncer runs only once. Its answer may say that the cluster
 * is at the commit, so this syncer has nothing to do.
 */
export async function askForCommit(
  { asks, ...options }: AskingOptions,
  held: HeldByOther,
  { commit }: Goal,
  stop: AbortSignal,
): Promise<HeldByOther> {
  const how = asks?.();
  if (how === undefined) return held;
  const { clock, holder, descends } = options;
  const request = { nonce: `${holder.name}.${clock.now()}`, correct: false };
  const asking = askHolder({ ...options, timeoutMs: turnMs }, request, stop);
  const answer = await asking.catch((error: unknown) => {
    if (!(error instanceof ClusterError)) throw error;
    return undefined;
  });
  // The holder has released the Lease, has ended, or may have lost the Lease.
  if (answer === undefined) return { ...held, pauseMs: againMs };
  const lack = lackIn(answer, how.wait);
  const isThere = answer.commit === commit || (await descends(commit, answer.commit, stop));
  if (isThere && lack === '') return { ...held, isDone: true };
  const report = lack || `it is at ${answer.commit.slice(0, 12)}`;
  return { ...held, holder: `${held.holder}, which reports: ${report}`, pauseMs: againMs };
}

/** Returns why a cluster is not as Git holds it; '' if it is. */
function lackIn({ ok, result, message, unready = 0 }: ReconcileAnswer, wait: boolean): string {
  if (!ok) return message || result;
  return wait && unready > 0 ? `${unready} objects are not ready` : '';
}
