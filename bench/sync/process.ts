import { readFileSync } from 'node:fs';
import type { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { workersOf } from '#test/cluster/worker-processes.ts';

/** Resource usage of processes. */
export interface Usage {
  readonly cpuMs: number;
  readonly memoryMiB: number;
  readonly peakMiB: number;
}

/** Returns the usage of a syncer together with the processes that serve its clusters. */
export function usageOf(syncer: SyncerProcess): Usage {
  const all = [syncer.pid, ...workersOf(syncer)].map(usageOfOne);
  const sum = (field: keyof Usage) => all.reduce((total, usage) => total + usage[field], 0);
  return { cpuMs: sum('cpuMs'), memoryMiB: sum('memoryMiB'), peakMiB: sum('peakMiB') };
}

function usageOfOne(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  // utime and stime are the 14th and 15th fields, in hundredths of a second. The name may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
  return { cpuMs, memoryMiB: mib('VmRSS'), peakMiB: mib('VmHWM') };
}
