import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchFleet } from '../fleet.ts';
import { type Measurement, measure, median } from '../measure.ts';
import { gatewayCaller, hostOf, writeMeshRepository } from './repository.ts';

/** What the measurement needs. */
interface MeshBench {
  /** An empty folder for repositories. */
  readonly work: string;
  /** The command line of the installed package. */
  readonly regatta: readonly string[];
  readonly fleet: BenchFleet;
  readonly rounds: number;
}

/** A row of the table, with the row that it is compared with. */
interface Row {
  readonly what: string;
  readonly runs: Measurement[];
  readonly budget: string;
  readonly base?: Row;
}

/** Measures `regatta traffic` and `regatta diff` of a mesh, and the same diff of the same fleet without a mesh. */
export async function benchMesh(bench: MeshBench): Promise<void> {
  const row = (what: string, budget: string, base?: Row): Row => ({
    what,
    budget,
    runs: [],
    ...(base && { base }),
  });
  const compile = row('compile, nothing changed', '');
  const traffic = row('traffic of one host at the gateway', '≤ 2 s', compile);
  const known = row('the same question again', 'no engine', compile);
  const plain = row('diff of a new replica count, without a mesh', '');
  const moved = row('diff of a new replica count', '≤ 1.5 ×', plain);
  const image = row('diff of a new image', 'no engine', plain);
  for (let round = 0; round < bench.rounds; round++) {
    const meshed = await openRepository(bench, `mesh-${round}`, true);
    compile.runs.push(await meshed.run('compile'));
    const question = [
      'traffic',
      `${hostOf(bench.fleet.apps[round] ?? { name: 'none' })}/`,
      '--from',
      gatewayCaller,
    ];
    traffic.runs.push(await meshed.run(...question));
    known.runs.push(await meshed.run(...question));
    image.runs.push(await meshed.diffOf(/image: (.*):.*/, 'image: $1:9.9.9'));
    moved.runs.push(await meshed.diffOf(/replicas: \d+/, 'replicas: 47'));
    const without = await openRepository(bench, `plain-${round}`, false);
    plain.runs.push(await without.diffOf(/replicas: \d+/, 'replicas: 47'));
  }
  print([compile, traffic, known, plain, moved, image], bench);
}

async function openRepository({ work, regatta, fleet }: MeshBench, name: string, hasMesh: boolean) {
  const cwd = join(work, name);
  await writeMeshRepository(cwd, fleet, hasMesh);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd });
  const commit = async () => {
    await measure([...regatta, 'compile'], { cwd });
    git('add', '--all');
    git('commit', '--quiet', '--message', 'a');
  };
  git('init', '--quiet', '--initial-branch=main');
  await commit();
  const run = (...args: readonly string[]) => measure([...regatta, ...args], { cwd });
  return {
    run,
    /** Measures the diff of a commit that edits the first application. */
    diffOf: async (from: RegExp, to: string) => {
      const file = join(cwd, `templates/${fleet.apps[0]?.name}.yaml`);
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
      await commit();
      return measure([...regatta, 'diff', '--base', 'HEAD~1'], { cwd, differs: true });
    },
  };
}

function print(rows: readonly Row[], { fleet, rounds }: MeshBench): void {
  const { apps, clusters } = fleet;
  console.log(
    `\n${apps.length} apps × ${clusters.length} clusters, ${apps.length} VirtualServices, median of ${rounds}\n\n` +
      '| what | budget | wall | processor | ÷ the base | peak memory |\n| --- | --- | --: | --: | --: | --: |',
  );
  const of = (runs: readonly Measurement[], field: keyof Measurement) =>
    median(runs.map((run) => run[field]));
  for (const { what, budget, runs, base } of rows) {
    const processor = of(runs, 'cpuMs');
    const ratio = base === undefined ? '' : `${(processor / of(base.runs, 'cpuMs')).toFixed(2)} ×`;
    const seconds = [of(runs, 'wallMs'), processor].map((ms) => `${(ms / 1000).toFixed(2)} s`);
    const peak = `${Math.round(of(runs, 'peakMiB'))} MiB`;
    console.log(`| ${[what, budget, ...seconds, ratio, peak].join(' | ')} |`);
  }
}
