/**
 * `node --liftoff-only bench/engines/phases.ts`: measures the steps of a lint, and prints a table of their
 * processor time in milliseconds and their memory. `regatta lint` starts the process of its checks with
 * `--liftoff-only`, too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { loadEngine } from '#io/engine/artifacts.ts';
import { EngineInstance } from '#io/engine/host.ts';
import { lintCall } from './tasks.ts';

const file = join(import.meta.dirname, '../../engines/artifacts/kubernetes.wasm.zst');

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function row(step: string, ms: number): void {
  const memory = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  console.log(`| ${step} | ${ms.toFixed(1)} | ${memory} |`);
}

async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const begun = processorMs();
  const result = await work();
  return [result, processorMs() - begun];
}

console.log('| step | processor, ms | memory, MiB |\n| --- | ---: | ---: |');
const [, decompress] = await timed(() => zstdDecompressSync(readFileSync(file)).length);
row('decompress, which the next step repeats', decompress);
const [module, load] = await timed(() => loadEngine('kubernetes'));
row('read, decompress, check and compile the module', load);
const [instance, start] = await timed(() => new EngineInstance(module));
row('start', start);
for (const [step, count] of [
  ['the first object', 1],
  ['each of the next 100 objects', 100],
  ['each of 100 further objects', 100],
] as const) {
  const request = Buffer.from(JSON.stringify(lintCall(count).request));
  const [, ms] = await timed(() => instance.answer(request));
  row(step, ms / count);
}
