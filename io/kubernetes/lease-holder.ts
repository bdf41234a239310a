import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { HolderPort } from '#syncer/ports/machine.ts';

/**
 * Describes this process as a holder of Leases: by the boot id of its machine, its PID namespace, its
 * PID and its start time. A process with the same boot id and PID namespace can check whether the
 * holder has ended, and then need not wait until the Lease expires.
 */
export function openHolder(): HolderPort {
  const namespace = pidNamespace();
  const startTime = startTimeOf(process.pid);
  return {
    name: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
    process: namespace && startTime ? [namespace, process.pid, startTime].join(' ') : '',
    hasEnded: (other) => namespace !== undefined && hasEnded(other, namespace),
  };
}

/** Returns the boot id and the PID namespace, or undefined on systems without /proc. */
function pidNamespace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

function hasEnded(other: string, ownNamespace: string): boolean {
  const [boot, namespace, id, startTime] = other.split(' ');
  const pid = Number(id);
  if (`${boot} ${namespace}` !== ownNamespace || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const found = startTimeOf(pid);
  return found !== undefined && found !== startTime;
}

/** Returns the start time of a process in ticks since the boot; `ended` for a zombie process. */
function startTimeOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name comes first, and may itself contain blanks and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
