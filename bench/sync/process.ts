import { readFileSync } from 'node:fs';

/** Resource usage of a process. */
export interface Usage {
  readonly cpuMs: number;
  readonly memoryMiB: number;
  readonly peakMiB: number;
}

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) =>
    Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  // utime and stime are the 14th and 15th fields, in hundredths of a second. The name may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
  return { cpuMs, memoryMiB: mib('VmRSS'), peakMiB: mib('VmHWM') };
}
