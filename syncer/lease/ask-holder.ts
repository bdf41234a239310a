import { ClusterError } from '../cluster-error.ts';
import type { SystemRef } from '../ownership/names.ts';
import type { ClusterPort } from '../ports/cluster.ts';
import type { Clock, HolderPort } from '../ports/machine.ts';
import {
  answerIn,
  type ReconcileAnswer,
  type ReconcileRequest,
  requestIn,
  withRequest,
} from './reconcile-request.ts';
import { readRecord } from './record.ts';

/** Interval between two reads of the Lease, in milliseconds. */
const readMs = 250;

/** Time after which a request that another client replaced is written again, in milliseconds. */
const replacedMs = 2000;

interface AskOptions {
  readonly port: ClusterPort;
  /** The Lease. */
  readonly ref: SystemRef;
  readonly clock: Clock;
  readonly holder: Pick<HolderPort, 'hasEnded'>;
  /** Maximum time for the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks the syncer that holds a Lease to fetch and to run a full turn. Resolves to its answer.
 *
 * @throws ClusterError `transient` if no syncer holds the Lease, if the holder has ended or if it does not answer
 *   in time, and if the cluster does not answer
 */
export async function askHolder(
  { port, ref, clock, holder, timeoutMs }: AskOptions,
  request: ReconcileRequest,
  stop: AbortSignal,
): Promise<ReconcileAnswer> {
  const deadline = clock.now() + timeoutMs;
  let name = '';
  for (let writeAt = 0; clock.now() < deadline; await clock.sleep(readMs, stop)) {
    const lease = await port.read(ref, stop);
    const record = lease && readRecord(lease);
    if (lease === undefined || !record?.holder) throw refusal('no syncer holds the Lease');
    name = record.holder;
    const answer = answerIn(lease);
    if (answer?.nonce === request.nonce) return answer;
    if (holder.hasEnded(record.process)) throw refusal(`the syncer ${name} has ended`);
    if (requestIn(lease)?.nonce === request.nonce || clock.now() < writeAt) continue;
    // A conflict is a renewal of the holder: the next round tries again.
    const written = await port.compareAndSwap(withRequest(lease, request), stop);
    if (written !== undefined) writeAt = clock.now() + replacedMs;
  }
  throw refusal(`the syncer ${name} has not answered within ${timeoutMs / 1000} s`);
}

function refusal(message: string): ClusterError {
  return new ClusterError('transient', message);
}
