import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

/** Time and memory of one process. */
export interface Measurement {
  readonly wallMs: number;
  /** Processor time of the process and its children, in steps of 10 ms; 0 on systems without /proc. */
  readonly cpuMs: number;
  /** Peak memory of the process itself; 0 on systems without /proc. */
  readonly peakMiB: number;
}

interface MeasuredRun {
  readonly cwd: string;
  /** File for the output. */
  readonly stdout?: string;
  /** Whether the command ends with status 1, because it finds differences. */
  readonly differs?: boolean;
}

/**
 * Runs a command as a process and waits for its end.
 *
 * @throws Error with the end of its output if its exit status is another one
 */
export async function measure(
  command: readonly string[],
  { cwd, stdout, differs = false }: MeasuredRun,
): Promise<Measurement> {
  const [program = '', ...args] = command;
  const begun = performance.now();
  const cpuBefore = childrenCpuMs();
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', stdout === undefined ? 'ignore' : openSync(stdout, 'w'), 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, highWaterMiB(child.pid));
  }, 10);
  const [status] = await once(child, 'close');
  clearInterval(watch);
  if (status !== (differs ? 1 : 0))
    throw new Error(`${command.join(' ')}: exit ${status}\n${said}`);
  const cpuMs = childrenCpuMs() - cpuBefore;
  return { wallMs: performance.now() - begun, cpuMs, peakMiB };
}

/** Returns the processor time of all children of this process that have ended. */
function childrenCpuMs(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // cutime and cstime, in hundredths of a second.
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}

function highWaterMiB(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    // The process ended, or the system has no /proc.
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
