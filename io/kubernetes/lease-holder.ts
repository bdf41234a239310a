import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { HolderPort } from '#syncer/ports/machine.ts';
import { hasEnded, ownProcess } from '../process-identity.ts';

/**
 * Describes this process as a holder of Leases. A process on the same machine, in the same PID namespace, can
 * check whether the holder has ended, and then need not wait until the Lease expires.
 */
export function openHolder(): HolderPort {
  return {
    name: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
    process: ownProcess(),
    hasEnded: (other) => hasEnded(other) === true,
  };
}
