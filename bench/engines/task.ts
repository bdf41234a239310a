/**
 * Runs one task in this process: `node bench/engines/task.ts NAME`. Prints the milliseconds of the first
 * run, which reads and decompresses the engine, and the median of the further runs.
 */
import { join } from 'node:path';
import type { EngineCall } from '#io/engine/call.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { readFiles } from '#io/files/files.ts';
import { readCorpus } from '#test/compat/corpus.ts';
import { median } from '../measure.ts';
import {
  helmCall,
  kustomizeCall,
  largeChart,
  lintCall,
  meshCall,
  smallChart,
  smallKustomization,
} from './tasks.ts';

const [name = ''] = process.argv.slice(2);
const tasks: Readonly<Record<string, () => Promise<readonly EngineCall[]>>> = {
  'small-kustomization': async () => Array(21).fill(kustomizeCall(smallKustomization, '')),
  'small-chart': async () => Array(21).fill(helmCall(smallChart)),
  'large-kustomization': async () => Array(4).fill(await argoCall()),
  'large-chart': async () => Array(4).fill(helmCall(largeChart())),
  lint: async () => Array(11).fill(lintCall(1)),
  'lint-100': async () => Array(6).fill(lintCall(100)),
  mesh: async () => Array(11).fill(await meshCall(1)),
  'mesh-11': async () => Array(6).fill(await meshCall(11)),
};

if (name === 'all-charts') console.log(JSON.stringify({ first: await timeAllCharts() }));
else console.log(JSON.stringify(await timeEach((await tasks[name]?.()) ?? [])));

async function timeEach(calls: readonly EngineCall[]) {
  const pool = new EnginePool({ workers: 1 });
  const times: number[] = [];
  for (const call of calls) times.push(await timeOf(() => ask(pool, call)));
  await pool.close();
  const [first = Number.NaN, ...further] = times;
  return { first, further: median(further) };
}

/** Renders all charts of the corpus once, on all cores. */
async function timeAllCharts(): Promise<number> {
  const { charts } = await readCorpus();
  return await timeOf(async () => {
    const pool = new EnginePool();
    const calls = charts.map(async ({ root, folder, name }) => {
      // The time of a chart that fails counts too.
      await pool.run(helmCall(readFiles(join(root, folder), ['.']), name));
    });
    await Promise.all(calls);
    await pool.close();
  });
}

async function ask(pool: EnginePool, call: EngineCall): Promise<void> {
  const result = await pool.run(call);
  if (result.type === 'failed') throw new Error(result.message);
  const { error } = result.answer as { readonly error?: unknown };
  if (error) throw new Error(JSON.stringify(error));
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function argoCall(): Promise<EngineCall> {
  const { kustomizations } = await readCorpus();
  const argo = kustomizations.find(({ folder }) => folder === 'manifests/ha/cluster-install');
  if (argo === undefined) throw new Error('the corpus has no Argo CD');
  const parts = ['ha', 'base', 'cluster-rbac', 'crds'].map((part) => `manifests/${part}`);
  return kustomizeCall(readFiles(argo.root, parts), argo.folder);
}
