/** Ends child processes together with everything that they started. */
import type { ChildProcess } from 'node:child_process';
import { endAtExit } from './at-exit.ts';
import { processTree } from './process-tree.ts';

/** Ends a child process at the latest when this process ends. The child must have a process group of its own. */
export function endWithThisProcess(child: ChildProcess): void {
  endAtExit(child, () => endTree(child));
}

/** Kills a child process, its process group, and the process groups that it started. */
export function endTree({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  const others = processTree(pid).map((one) => one.pid);
  for (const one of new Set([pid, ...others])) {
    kill(-one);
    kill(one);
  }
}

/** Kills a process, or a process group by its negative id. */
function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended, or there is no such group.
  }
}
