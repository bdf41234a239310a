import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { HolderPort } from '#syncer/ports/machine.ts';

/**
 * This process, as the holder of Leases. Where it is, it says by the boot of its machine, its
 * namespace of process ids, its id there and when it began: only who shares the first two can tell
 * from the others that it has ended, and so need not wait until its Lease has run out.
 */
export function openHolder(): HolderPort {
  const place = placeOf();
  const began = beginOf(process.pid);
  return {
    name: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
    process: place && began ? [place, process.pid, began].join(' ') : '',
    hasEnded: (other) => place !== undefined && hasEnded(other, place),
  };
}

/** Undefined where the machine doesn't say. */
function placeOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

function hasEnded(other: string, place: string): boolean {
  const [boot, namespace, id, began] = other.split(' ');
  const pid = Number(id);
  if (`${boot} ${namespace}` !== place || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const begin = beginOf(pid);
  return begin !== undefined && begin !== began;
}

/** When a process began, in ticks since the boot; `ended` of one that is only not waited for yet. */
function beginOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may hold anything, also blanks and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
