import { writeFileSync } from 'node:fs';

/** Asks Linux to end this process before others if the memory of the machine is exhausted. */
export function endFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // The parent measures the memory in any case.
  }
}
