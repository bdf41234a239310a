/**
 * `npm run bench:sync [-- --objects 1000,5000 --drifts 200 --idle 200]`: compares the syncer with
 * kubectl, each on a real kube-apiserver (`npm run cluster:install` builds them once), and measures the
 * cost of many clusters that do not change.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBed } from '#test/bed/bed.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { install } from '../../scripts/install.ts';
import { idleUsage } from './idle.ts';
import { type KubectlTimes, timeKubectl } from './kubectl.ts';
import { manifestsOf } from './objects.ts';
import { type RegattaTimes, timeRegatta } from './regatta.ts';

const { values: options } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000,5000' },
    drifts: { type: 'string', default: '200' },
    idle: { type: 'string', default: '200' },
  },
});

const work = await mkdtemp(join(tmpdir(), 'regatta-bench-'));
const program = install(join(work, 'regatta'));
try {
  for (const count of options.objects.split(',').map(Number)) await compare(count);
  if (Number(options.idle) > 0) await idle(Number(options.idle));
} finally {
  await rm(work, { recursive: true, force: true });
}

async function compare(count: number): Promise<void> {
  const bed = await startBed({ members: ['kubectl', 'regatta'] });
  const repo = await FleetRepo.make();
  try {
    const manifests = manifestsOf(count);
    const { kubeconfig, kubectl } = bed;
    const folder = join(work, `manifests-${count}`);
    const peer = await timeKubectl([kubectl, kubeconfig, 'kubectl'], manifests, folder);
    const drifts = Number(options.drifts);
    const ours = await timeRegatta({
      program,
      repo,
      kubeconfig,
      member: 'regatta',
      manifests,
      drifts,
    });
    report(Object.keys(manifests).length, peer, ours);
  } finally {
    await bed.close();
    await repo.remove();
  }
}

function report(count: number, peer: KubectlTimes, ours: RegattaTimes): void {
  const { firstMs, unchanged, resync, change, driftMs, pruneMs, peakMiB } = ours;
  const row = (what: string, value: string, target: string) =>
    console.log(`| ${what} | ${value} | ${target} |`);
  const ratio = (ms: number) => `${seconds(ms)}, ${(ms / peer.firstMs).toFixed(2)} × kubectl`;
  console.log(`\n${count} objects\n\n| what | measured | target |\n| --- | --- | --- |`);
  row('kubectl apply --server-side, first', seconds(peer.firstMs), '');
  row('kubectl apply --server-side, unchanged', seconds(peer.unchangedMs), '');
  row('kubectl diff --server-side, unchanged', seconds(peer.diffMs), '');
  row('first apply', ratio(firstMs), '≤ 0.6 × kubectl');
  row(
    'unchanged, a new process',
    `${seconds(unchanged.ms)}, ${requestCounts(unchanged)}`,
    '0 writes',
  );
  row('unchanged, a resync', requestCounts(resync), '0 writes, ≤ 10 requests');
  row(
    'one object changed, push to live',
    `${seconds(change.ms)}, ${requestCounts(change)}`,
    '≤ 3 writes, ≤ 1 s',
  );
  row(`drift corrected, ${driftMs.length} edits`, spread(driftMs), '99 % ≤ 1 s');
  row('prune of 100 objects', seconds(pruneMs), '≤ 1.5 s');
  row('peak memory', `${Math.round(peakMiB)} MiB`, `≤ ${Math.round(150 + count / 100)} MB`);
}

function spread(sorted: readonly number[]): string {
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return `median ${Math.round(at(0.5) ?? 0)} ms, 99 % within ${Math.round(at(0.99) ?? 0)} ms`;
}

function requestCounts({
  requests,
  writes,
}: {
  readonly requests: number;
  readonly writes: number;
}): string {
  return `${requests} requests, ${writes} writes`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** Measures idle clusters, which are sandboxes in a separate process. */
async function idle(count: number): Promise<void> {
  const members = Array.from({ length: count }, (_, index) => `c${index}`);
  const kubeconfig = join(work, 'sandbox.kubeconfig');
  const args = ['sandbox', '--clusters', members.join(','), '--kubeconfig', kubeconfig];
  const command = [program, ...args];
  const sandbox = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const repo = await FleetRepo.make();
  try {
    for await (const chunk of sandbox.stdout) if (String(chunk).includes('kubeconfig:')) break;
    const { memoryMiB, cpuPercent } = await idleUsage(program, repo, kubeconfig, members);
    console.log(
      `\n${count} idle clusters in one process: ${Math.round(memoryMiB)} MiB (target ≤ 600 MB), ${cpuPercent.toFixed(1)} % of a core (target ≤ 2 %)`,
    );
  } finally {
    sandbox.kill();
    await once(sandbox, 'exit');
    await repo.remove();
  }
}
