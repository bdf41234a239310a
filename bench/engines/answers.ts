/** Measures the engines that answer what only servers answer otherwise. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../measure.ts';
import { type Row, seconds } from './table.ts';

/** Measures the API server's checks, for which no native program exists without a server. */
export function lintRows(rounds: number): readonly Row[] {
  const times = (task: string) => Array.from({ length: rounds }, () => runTask(task));
  const first = median(times('lint').map((time) => time.first));
  const hundred = median(times('lint-100').map(({ further = Number.NaN }) => further));
  return [
    {
      work: 'lint of a Deployment, first in a process',
      budget: '≤ 1.2 s',
      measured: seconds(first),
      native: '',
    },
    {
      work: 'lint, each further object of 100',
      budget: '≤ 1 ms',
      measured: seconds(hundred / 100),
      native: '',
    },
  ];
}

/** Measures a mesh, for which no native program exists without a server. */
export function meshRows(rounds: number): readonly Row[] {
  const times = (task: string) => Array.from({ length: rounds }, () => runTask(task));
  const one = times('mesh');
  const further = (all: readonly { readonly further?: number }[]) =>
    median(all.map(({ further: each = Number.NaN }) => each));
  const proxy = (further(times('mesh-11')) - further(one)) / 10;
  return [
    {
      work: 'a mesh of three clusters with one proxy, first in a process',
      budget: '≤ 1.5 s',
      measured: seconds(median(one.map(({ first }) => first))),
      native: '',
    },
    { work: 'each further proxy', budget: '≤ 30 ms', measured: seconds(proxy), native: '' },
  ];
}

/** Runs a task of task.ts in a new process. */
export function runTask(name: string): { readonly first: number; readonly further?: number } {
  const script = join(import.meta.dirname, 'task.ts');
  return JSON.parse(execFileSync(process.execPath, [script, name]).toString());
}
