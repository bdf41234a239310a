import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { usageOf } from './process.ts';

/** Memory and CPU usage of an idle syncer. */
export interface IdleUsage {
  readonly memoryMiB: number;
  /** CPU usage, in percent of one core. */
  readonly cpuPercent: number;
}

/** Measures the memory and CPU time of a syncer whose clusters do not change. */
export async function idleUsage(
  program: string,
  repo: FleetRepo,
  kubeconfig: string,
  members: readonly string[],
): Promise<IdleUsage> {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'default' },
  };
  const files = members.map((member) => [`rendered/${member}/default/a.json`, object]);
  await repo.push(Object.fromEntries(files));
  const flags = ['--kubeconfig', kubeconfig, '--state-dir', `${repo.directory}/state`];
  const syncer = new SyncerProcess(repo.url, flags, { program });
  try {
    const waiting = new Set(members);
    while (waiting.size > 0) {
      await syncer.event(
        (event) => event.type === 'synced' && waiting.delete(event.cluster),
        60_000,
      );
    }
    // The syncer renews the Lease of a cluster less often after some time without a write.
    await sleep(90_000);
    const before = usageOf(syncer);
    const seconds = 60;
    await sleep(seconds * 1000);
    const { cpuMs, memoryMiB } = usageOf(syncer);
    return { memoryMiB, cpuPercent: (cpuMs - before.cpuMs) / (seconds * 10) };
  } finally {
    await syncer.stop('SIGTERM');
  }
}
