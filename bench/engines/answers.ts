/** Measures the engines whose answers otherwise need a server: the API server's checks and Istio. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../measure.ts';
import { type Row, seconds } from './table.ts';

/** Measures the API server's checks, for which no native program exists without a server. */
export function lintRows(rounds: number): readonly Row[] {
  const first = median(repeat('lint', rounds).map((times) => times.first));
  const hundred = medianFurther(repeat('lint-100', rounds));
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
  const one = repeat('mesh', rounds);
  const proxy = (medianFurther(repeat('mesh-11', rounds)) - medianFurther(one)) / 10;
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

function repeat(task: string, rounds: number): readonly TaskTimes[] {
  return Array.from({ length: rounds }, () => runTask(task));
}

function medianFurther(all: readonly TaskTimes[]): number {
  return median(all.map(({ further = Number.NaN }) => further));
}

/** The durations of a task in one process, in milliseconds. */
interface TaskTimes {
  /** First run, with the start of the engine. */
  readonly first: number;
  /** Median of the further runs; absent for a task that runs once. */
  readonly further?: number;
}

/** Runs a task of task.ts in a new process. */
export function runTask(name: string): TaskTimes {
  const script = join(import.meta.dirname, 'task.ts');
  return JSON.parse(execFileSync(process.execPath, [script, name]).toString());
}
