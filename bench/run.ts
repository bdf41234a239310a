/**
 * `npm run bench [-- --apps 300 --clusters 60 --rounds 3 --only regatta,helm]`: compares Regatta in one
 * run with other tools that render the same objects, and with the floor of writing the files.
 * It also compares a compile of a 10 MB bundle with kubectl (`--only bundle` for nothing else).
 * `--only mesh` measures the traffic of a mesh of this size.
 * `npm run bench -- engines`: compares the engines with native Helm and Kustomize.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { program } from '#test/programs.ts';
import { install } from '../scripts/install.ts';
import { benchBundle } from './bundle/run.ts';
import { benchEngines } from './engines/run.ts';
import { type BenchFleet, generateFleet } from './fleet.ts';
import { writeHelm } from './helm-input.ts';
import { type KustomizeStyle, writeKustomize } from './kustomize-input.ts';
import { type Measurement, measure, median } from './measure.ts';
import { benchMesh } from './mesh/run.ts';
import { writeFleetRepository } from './regatta-input.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    apps: { type: 'string', default: '300' },
    clusters: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'regatta,bundle,helm,flat,images' },
  },
});
const only = options.only.split(',');
const rounds = Number(options.rounds);
const work = mkdtempSync(join(tmpdir(), 'regatta-bench-'));
const fleet = generateFleet({
  apps: Number(options.apps),
  clusters: Number(options.clusters),
  seed: Number(options.seed),
});

interface Row {
  readonly what: string;
  readonly runs: readonly Measurement[];
}

try {
  await (positionals.includes('engines') ? benchEngines(rounds) : run());
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const regatta = [process.execPath, install(join(work, 'regatta'))];
  if (only.some((name) => name !== 'bundle' && name !== 'mesh')) await benchFleet(regatta);
  if (only.includes('bundle')) await benchBundle({ work, regatta, rounds });
  if (only.includes('mesh')) await benchMesh({ work, regatta, fleet, rounds });
}

async function benchFleet(regatta: readonly string[]): Promise<void> {
  const cold: Measurement[] = [];
  const floor: Measurement[] = [];
  const same: Measurement[] = [];
  const one: Measurement[] = [];
  let repository = work;
  for (let round = 0; round < rounds; round++) {
    // Each round has new folders, because many disks write slowly to a folder with recent deletions.
    repository = join(work, `repository-${round}`);
    await writeFleetRepository(repository, fleet);
    const compile = [...regatta, 'compile', repository];
    cold.push(await measure(compile, { cwd: work }));
    floor.push(floorOf(join(repository, 'rendered'), join(work, `floor-${round}`)));
    same.push(await measure(compile, { cwd: work }));
    touchOneTemplate(repository, round);
    one.push(await measure(compile, { cwd: work }));
  }
  const objects = countFiles(join(repository, 'rendered'));
  console.log(
    `${fleet.apps.length} apps × ${fleet.clusters.length} clusters: ${fleet.apps.length * 5} templates, ${objects} rendered objects, median of ${cold.length}\n`,
  );
  const started = await measure([...regatta, '--version'], { cwd: work });
  const rows: Row[] = [
    { what: 'floor: a loop that writes the same files', runs: floor },
    { what: 'regatta, cold', runs: cold },
    { what: 'regatta, nothing changed', runs: same },
    { what: 'regatta, one template changed', runs: one },
    { what: 'regatta --version', runs: [started] },
    ...(await peers(fleet)),
  ];
  report(rows, medianOf(floor), medianOf(cold));
}

function floorOf(from: string, to: string): Measurement {
  const out = execFileSync(process.execPath, [join(import.meta.dirname, 'floor.ts'), from, to]);
  return { wallMs: Number(out.toString()), cpuMs: 0, peakMiB: 0 };
}

/** Sets a new image tag for the first app, a different one in each round. */
function touchOneTemplate(repository: string, round: number): void {
  const [first = ''] = readdirSync(join(repository, 'templates')).sort();
  const file = join(repository, 'templates', first);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(image: [^\s:]+):\S+/, `$1:9.9.${round}`));
}

async function peers(fleet: BenchFleet): Promise<readonly Row[]> {
  const rows: Row[] = [];
  if (only.includes('helm'))
    rows.push({ what: 'helm template, a run per cluster', runs: [await helm(fleet)] });
  for (const style of ['flat', 'images'] as const) {
    if (!only.includes(style)) continue;
    rows.push({ what: `kubectl kustomize, ${style}`, runs: [await kustomize(fleet, style)] });
  }
  return rows;
}

async function helm(fleet: BenchFleet): Promise<Measurement> {
  const folder = join(work, 'helm');
  await writeHelm(folder, fleet);
  mkdirSync(join(folder, 'out'));
  return perCluster(fleet, (name) => ({
    command: [program('helm'), 'template', 'fleet', 'chart', '--values', `values/${name}.yaml`],
    cwd: folder,
    stdout: join(folder, 'out', `${name}.yaml`),
  }));
}

async function kustomize(fleet: BenchFleet, style: KustomizeStyle): Promise<Measurement> {
  const folder = join(work, style);
  await writeKustomize(folder, fleet, style);
  mkdirSync(join(folder, 'out'));
  return perCluster(fleet, (name) => ({
    command: [program('kubectl'), 'kustomize', name],
    cwd: folder,
    stdout: join(folder, 'out', `${name}.yaml`),
  }));
}

interface ClusterRun {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly stdout: string;
}

/** Runs a command for each cluster in sequence, because these tools render one cluster per run. */
async function perCluster(
  fleet: BenchFleet,
  runOf: (cluster: string) => ClusterRun,
): Promise<Measurement> {
  let wallMs = 0;
  let cpuMs = 0;
  let peakMiB = 0;
  for (const { name } of fleet.clusters) {
    const { command, ...how } = runOf(name);
    const measured = await measure(command, how);
    wallMs += measured.wallMs;
    cpuMs += measured.cpuMs;
    peakMiB = Math.max(peakMiB, measured.peakMiB);
  }
  return { wallMs, cpuMs, peakMiB };
}

function medianOf(runs: readonly Measurement[]): number {
  return median(runs.map(({ wallMs }) => wallMs));
}

function report(rows: readonly Row[], floorMs: number, coldMs: number): void {
  console.log(
    '| | wall | ÷ floor | ÷ regatta cold | peak memory |\n| --- | --: | --: | --: | --: |',
  );
  for (const { what, runs } of rows) {
    const ms = medianOf(runs);
    const peak = median(runs.map(({ peakMiB }) => peakMiB));
    const ratio = (base: number) => (ms / base).toFixed(2);
    console.log(
      `| ${what} | ${(ms / 1000).toFixed(2)} s | ${ratio(floorMs)} | ${ratio(coldMs)} | ${peak === 0 ? '' : `${Math.round(peak)} MiB`} |`,
    );
  }
}

function countFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  ).length;
}
