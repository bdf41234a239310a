/** Ends child processes together with everything that they started. */
import type { ChildProcess } from 'node:child_process';
import { processTree } from './process-tree.ts';

const running = new Set<ChildProcess>();

/** Ends a child process at the latest when this process ends. The child must have a process group of its own. */
export function endWithThisProcess(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', endAll);
  running.add(child);
  child.once('close', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of running) endTree(child);
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
