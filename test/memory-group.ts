import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group whose processes may use only so much memory together, as in a container. */
export interface MemoryGroup {
  /** The command that starts a program in the group. It is empty on machines where the test may make no group. */
  readonly through: readonly string[];
  /** Returns how often Linux ended a process because the group had no memory left. */
  readonly kills: () => number;
  /** Removes the group, after all of its processes have ended. */
  readonly remove: () => void;
}

/** The files of a control group, in version 1 and 2 of cgroups. */
const versions = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
];

/** Makes a control group. */
export function memoryGroup(bytes: number): MemoryGroup {
  for (const { root, limit, events } of versions) {
    const folder = join(root, `regatta-test-${process.pid}`);
    if (!make(folder, limit, bytes)) continue;
    const enter = `echo $$ > ${folder}/cgroup.procs; exec "$@"`;
    const kills = () => {
      const text = readFileSync(join(folder, events), 'utf8');
      return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0);
    };
    return { through: ['sh', '-c', enter, 'sh'], kills, remove: () => rmdirSync(folder) };
  }
  return { through: [], kills: () => 0, remove: () => {} };
}

/** Makes the folder of a group, and reports whether the group limits memory. */
function make(folder: string, limit: string, bytes: number): boolean {
  try {
    mkdirSync(folder);
    if (existsSync(join(folder, limit))) {
      writeFileSync(join(folder, limit), String(bytes));
      return true;
    }
    rmdirSync(folder);
  } catch {
    // The test may not make groups on this machine.
  }
  return false;
}
