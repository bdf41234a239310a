/** Compares the engines with the native programs of the same versions: `npm run bench -- engines`. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineManifest } from '#io/engine/artifacts.ts';
import type { FileMap } from '#model/files.ts';
import { type CorpusCase, readCorpus } from '#test/compat/corpus.ts';
import { buildTool } from '#test/go/tools.ts';
import { program } from '#test/programs.ts';
import { install } from '../../scripts/install.ts';
import { measure, median } from '../measure.ts';
import { lintRows, meshRows, runTask } from './answers.ts';
import { megabytes, print, type Row, seconds } from './table.ts';
import { largeChart, smallChart, smallKustomization } from './tasks.ts';

const work = mkdtempSync(join(tmpdir(), 'regatta-bench-engines-'));
const artifacts = join(import.meta.dirname, '../../engines/artifacts');

/** Runs the measurements in sequence and prints a table row for each. */
export async function benchEngines(rounds: number): Promise<void> {
  console.log('| work | budget | engine | native program |\n| --- | --- | ---: | ---: |');
  try {
    print([sizeRow()]);
    await taskRows(rounds);
    print(lintRows(rounds));
    print(meshRows(rounds));
    print([await corpusRow()]);
    print(await commandRows());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function sizeRow(): Row {
  const manifest = JSON.parse(
    readFileSync(join(artifacts, 'manifest.json'), 'utf8'),
  ) as EngineManifest;
  const sizes = Object.entries(manifest).map(
    ([name, { compressedSize }]) => [name, compressedSize] as const,
  );
  const total = sizes.reduce((sum, [name, size]) => sum + (name === 'istio' ? 0 : size), 0);
  const parts = sizes.map(([name, size]) => `${name} ${megabytes(size)}`).join(', ');
  return {
    work: 'size of the engines in the package',
    budget: '≤ 30 MB, and Istio ≤ 15 MB',
    measured: `${megabytes(total)} MB (${parts})`,
    native: '',
  };
}

/** A task of task.ts and the native program to compare it with. */
interface Compared {
  readonly task: string;
  readonly work: string;
  readonly budgets: readonly [first: string, further: string];
  readonly command: readonly string[];
}

async function taskRows(rounds: number): Promise<void> {
  const { kustomizations } = await readCorpus();
  const argo = kustomizations.find(({ folder }) => folder === 'manifests/ha/cluster-install');
  const [kustomize, helm] = [buildTool('kustomize'), program('helm')];
  const helmArgs = ['--include-crds', '--kube-version', 'v1.34.2'];
  const compared: readonly Compared[] = [
    {
      task: 'small-kustomization',
      work: 'small kustomization',
      budgets: ['≤ 0.5 s', '≤ 60 ms'],
      command: [kustomize, 'build', writeFolder('kustomization', smallKustomization)],
    },
    {
      task: 'small-chart',
      work: 'small chart',
      budgets: ['≤ 1.2 s', '≤ 40 ms'],
      command: [helm, 'template', 'web', writeFolder('chart', smallChart), ...helmArgs],
    },
    {
      task: 'large-kustomization',
      work: 'Argo CD HA, 1.9 MB',
      budgets: ['≤ 4 × native', '≤ 3 × native'],
      command: [kustomize, 'build', join(argo?.root ?? '', argo?.folder ?? '')],
    },
    {
      task: 'large-chart',
      work: 'a chart of 5 MB',
      budgets: ['≤ 4 × native', '≤ 3 × native'],
      command: [helm, 'template', 'web', writeFolder('stack', largeChart()), ...helmArgs],
    },
  ];
  for (const comparison of compared) print(await compare(comparison, rounds));
}

/** Runs the native program and the engine alternately, so that other load on the machine affects both. */
async function compare(
  { task, work, budgets, command }: Compared,
  rounds: number,
): Promise<readonly Row[]> {
  const [first, further, native]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    native.push((await measure(command, { cwd: tmpdir() })).wallMs);
    const times = runTask(task);
    first.push(times.first);
    further.push(times.further ?? Number.NaN);
  }
  const base = median(native);
  const row = (which: string, budget: string, times: readonly number[]): Row => ({
    work: `${work}, ${which}`,
    budget,
    measured: `${seconds(median(times))} (${(median(times) / base).toFixed(1)} ×)`,
    native: seconds(base),
  });
  return [row('first in a process', budgets[0], first), row('each further', budgets[1], further)];
}

/** Renders all charts once in a new process, and compares it with two loops of `helm template`. */
async function corpusRow(): Promise<Row> {
  const { charts } = await readCorpus();
  const native = await nativeLoops(charts);
  const engine = runTask('all-charts').first;
  return {
    work: `${charts.length} public charts once, cold`,
    budget: 'no slower than native',
    measured: `${seconds(engine)} (${(engine / native).toFixed(2)} ×)`,
    native: `${seconds(native)} (two loops)`,
  };
}

async function nativeLoops(charts: readonly CorpusCase[]): Promise<number> {
  const run = promisify(execFile);
  const waiting = charts.values();
  const loop = async () => {
    for (const { root, folder } of waiting) {
      const args = ['template', 'web', join(root, folder), '--include-crds'];
      await run(program('helm'), args, { maxBuffer: 64e6 }).catch(() => {});
    }
  };
  const begun = performance.now();
  await Promise.all([loop(), loop()]);
  return performance.now() - begun;
}

/** Measures commands in an installation with the engines' manifest but without the engines. */
async function commandRows(): Promise<readonly Row[]> {
  const command = [process.execPath, install(join(work, 'regatta')), 'compile'];
  const plain = writeFolder(
    'plain',
    new Map([['templates/web.yaml', smallKustomization.get('web.yaml') ?? '']]),
  );
  const built = writeFolder('built', repository());
  const options = { cwd: work };
  await measure([...command, plain], options);
  await measure([...command, built], options);
  const manifest = join(work, 'regatta/dist/engines/manifest.json');
  const text = readFileSync(manifest);
  const before = (await measure([...command, plain], options)).wallMs;
  rmSync(dirname(manifest), { recursive: true });
  const without = (await measure([...command, plain], options)).wallMs;
  mkdirSync(dirname(manifest));
  writeFileSync(manifest, text);
  const unchanged = (await measure([...command, built], options)).wallMs;
  return [
    {
      work: 'a command that builds nothing',
      budget: 'no engine read',
      measured: `${seconds(before)}; ${seconds(without)} with the engines removed`,
      native: '',
    },
    {
      work: 'a repository of 20 charts and 20 kustomizations, unchanged',
      budget: 'no engine loaded',
      measured: `${seconds(unchanged)} with the engines removed`,
      native: '',
    },
  ];
}

function repository(): FileMap {
  const files = new Map<string, string>();
  for (let index = 0; index < 20; index++) {
    for (const [path, text] of smallChart) {
      files.set(
        `templates/chart${index}/${path}`,
        String(text).replace('name: web', `name: web${index}`),
      );
    }
    for (const [path, text] of smallKustomization) {
      files.set(
        `templates/kustomization${index}/${path}`,
        String(text).replace('a-', `k${index}-`),
      );
    }
  }
  const cluster = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'one' },
    spec: { syncMode: 'Push' },
  };
  return files.set('clusters/one.yaml', JSON.stringify(cluster));
}

/** Writes files below a new folder and returns its path. */
function writeFolder(name: string, files: FileMap): string {
  const folder = join(work, name);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), String(text));
  }
  return folder;
}
