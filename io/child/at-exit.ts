import type { ChildProcess } from 'node:child_process';

/** What ends each running child process. */
const running = new Map<ChildProcess, () => void>();

/** Calls `end` if this process ends before the child process does. */
export function endAtExit(child: ChildProcess, end: () => void): void {
  if (running.size === 0) process.once('exit', endAll);
  running.set(child, end);
  child.once('close', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const end of running.values()) end();
}
