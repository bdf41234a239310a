import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtAssets } from '#test/bed/assets.ts';
import { program } from '#test/programs.ts';
import { type Measurement, measure, median } from '../measure.ts';
import { type Bundle, writeBundleRepository } from './repository.ts';

const characters = 10_000_000;
const source = join(import.meta.dirname, '../../bin/regatta.mjs');

/** What the comparison needs. */
interface BundleBench {
  /** An empty folder for repositories. */
  readonly work: string;
  /** The command line of the installed package. */
  readonly regatta: readonly string[];
  readonly rounds: number;
}

/** Compares a cold compile of a bundle, from the package and from the source, with kubectl reading and printing it. */
export async function benchBundle({ work, regatta, rounds }: BundleBench): Promise<void> {
  const kubectl: Measurement[] = [];
  const bundled: Measurement[] = [];
  const unbundled: Measurement[] = [];
  let bundle: Bundle | undefined;
  for (let round = 0; round < rounds; round++) {
    const [first, second] = ['a', 'b'].map((name) => join(work, `bundle-${round}-${name}`));
    bundle = await writeBundleRepository(first ?? work, characters);
    await writeBundleRepository(second ?? work, characters);
    const file = ['-f', bundle.path, '-o', 'json', 'bench=1'];
    kubectl.push(await measure([kubectlPath(), 'annotate', '--local', ...file], { cwd: work }));
    bundled.push(await measure([...regatta, 'compile', first ?? work], { cwd: work }));
    const command = [process.execPath, source, 'compile', second ?? work];
    unbundled.push(await measure(command, { cwd: work }));
  }
  if (bundle === undefined) return;
  print(bundle, { kubectl, bundled, unbundled });
}

/** Returns the kubectl of the test bed, or without a test bed the one of the tests. */
function kubectlPath(): string {
  const built = join(builtAssets(), 'kubectl');
  return existsSync(built) ? built : program('kubectl');
}

type Runs = Readonly<Record<'kubectl' | 'bundled' | 'unbundled', readonly Measurement[]>>;

function print(bundle: Bundle, { kubectl, bundled, unbundled }: Runs): void {
  console.log(
    `\n${bundle.definitions} definitions, ${(bundle.characters / 1e6).toFixed(1)} MB in one file, median of ${kubectl.length}\n\n` +
      '| | wall | ÷ kubectl | processor | ÷ kubectl | peak memory |\n| --- | --: | --: | --: | --: | --: |',
  );
  const base = mediansOf(kubectl);
  for (const [what, runs] of [
    ['kubectl annotate --local -o json', kubectl],
    ['regatta compile, cold', bundled],
    ['regatta compile from source, cold', unbundled],
  ] as const) {
    const { wall, cpu, peak } = mediansOf(runs);
    const columns = [seconds(wall), ratio(wall, base.wall), seconds(cpu), ratio(cpu, base.cpu)];
    console.log(`| ${what} | ${columns.join(' | ')} | ${Math.round(peak)} MiB |`);
  }
}

function mediansOf(runs: readonly Measurement[]): Record<'wall' | 'cpu' | 'peak', number> {
  return {
    wall: median(runs.map(({ wallMs }) => wallMs)),
    cpu: median(runs.map(({ cpuMs }) => cpuMs)),
    peak: median(runs.map(({ peakMiB }) => peakMiB)),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function ratio(ms: number, base: number): string {
  return (ms / base).toFixed(2);
}
