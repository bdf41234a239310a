import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Identifies this process among all processes that a machine ever runs: by its boot id, its PID namespace, its PID and its start
 * time; '' on systems without /proc.
 */
export function ownProcess(): string {
  const namespace = pidNamespace();
  const startTime = startTimeOf(process.pid);
  return namespace && startTime ? [namespace, process.pid, startTime].join(' ') : '';
}

/** Reports whether another process has ended; undefined for a process of another machine or PID namespace. */
export function hasEnded(other: string): boolean | undefined {
  const [boot, namespace, id, startTime] = other.split(' ');
  const pid = Number(id);
  if (`${boot} ${namespace}` !== pidNamespace() || !Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const found = startTimeOf(pid);
  return found !== undefined && found !== startTime;
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

/** Returns the start time of a process in ticks since the boot; `ended` for a zombie process. */
function startTimeOf(pid: number): string | undefined {
  const { state, startTime } = statOf(pid) ?? {};
  return state === 'Z' || state === 'X' ? 'ended' : startTime;
}

/** Reads the state, process group and start time of a process; undefined if it has ended, and on systems without /proc. */
export function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The PID and the process name come first. The name may itself contain blanks and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], group: Number(fields[2]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}

/** What Linux reports about a process. */
interface ProcessStat {
  /** One letter: `Z` for a process that has ended and that its parent has not read yet. */
  readonly state: string | undefined;
  /** PID of the first process of its group. */
  readonly group: number;
  /** In ticks since the boot. */
  readonly startTime: string | undefined;
}
