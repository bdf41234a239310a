import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '#model/object.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { Api } from '#test/cluster/api.ts';
import type { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { until } from '#test/until.ts';
import { CountingProxy, type Counts } from './counting-proxy.ts';
import { apiPath, type Manifests } from './objects.ts';
import { usageOf } from './process.ts';

/** Times, requests and memory of a syncer. */
export interface RegattaTimes {
  readonly firstMs: number;
  /** Time and requests of a new process on a cluster that is in sync. */
  readonly unchanged: Counts & { readonly ms: number };
  /** Requests of a resync in a running process. */
  readonly resync: Counts;
  /** Requests of a change, and the time from the push until the change is live, including polling. */
  readonly change: Counts & { readonly ms: number };
  /** Milliseconds from each edit to its correction, sorted. */
  readonly driftMs: readonly number[];
  /** Time from the push until 100 objects are pruned. */
  readonly pruneMs: number;
  readonly peakMiB: number;
}

/** A benchmark of one fleet repository with one member cluster. */
export interface Bench {
  /** Path of the measured command. */
  readonly program: string;
  readonly repo: FleetRepo;
  readonly kubeconfig: string;
  readonly member: string;
  readonly manifests: Manifests;
  readonly drifts: number;
}

const following = ['--poll', '100ms'];
const resyncMs = 4000;

/** Pushes the manifests to the repository, and measures the syncer on its cluster. */
export async function timeRegatta(bench: Bench): Promise<RegattaTimes> {
  const { repo, kubeconfig, member, manifests } = bench;
  const rendered = Object.entries(manifests).map(([path, object]) => [
    `rendered/${member}/${path}`,
    object,
  ]);
  await repo.push({ ...Object.fromEntries(rendered), 'regatta.yaml': settings });
  const firstMs = await onceMs(bench, kubeconfig);
  const api = new Api(kubeconfig, member);
  try {
    const counted = await count(bench, api);
    return { firstMs, ...counted, ...(await watch(bench, api)) };
  } finally {
    api.close();
  }
}

/** Lifts the deletion budget, because the benchmark deletes a tenth of all objects. */
const settings = {
  apiVersion: 'regatta.dev/v1alpha1',
  kind: 'Fleet',
  metadata: { name: 'fleet' },
  spec: { sync: { deletions: { percent: 100 } } },
};

function start(
  { program, repo }: Bench,
  kubeconfig: string,
  ...flags: readonly string[]
): SyncerProcess {
  const own = ['--kubeconfig', kubeconfig, '--state-dir', `${repo.directory}/state`];
  return new SyncerProcess(repo.url, [...own, ...flags], { program });
}

async function onceMs(bench: Bench, kubeconfig: string): Promise<number> {
  const begun = performance.now();
  const syncer = start(bench, kubeconfig, '--once', '--no-wait');
  if ((await syncer.ended) !== 0) throw new Error(syncer.describe());
  return performance.now() - begun;
}

/** Counts the requests of an unchanged sync, a resync and a change. */
async function count(
  bench: Bench,
  api: Api,
): Promise<Pick<RegattaTimes, 'unchanged' | 'resync' | 'change'>> {
  const proxy = await CountingProxy.open(bench.kubeconfig, bench.member);
  try {
    const ms = await onceMs(bench, proxy.kubeconfig);
    const unchanged = { ...proxy.take(), ms };
    const syncer = start(bench, proxy.kubeconfig, ...following, '--resync', `${resyncMs}ms`);
    try {
      await syncer.event(({ type }) => type === 'synced', 60_000);
      await sleep(resyncMs / 2);
      proxy.take();
      await sleep(resyncMs);
      const resync = proxy.take();
      return { unchanged, resync, change: await changeOne(bench, proxy, api) };
    } finally {
      await syncer.stop('SIGTERM');
    }
  } finally {
    proxy.close();
  }
}

/** Measures drift corrections, pruning and peak memory of a running syncer. */
async function watch(
  bench: Bench,
  api: Api,
): Promise<Pick<RegattaTimes, 'driftMs' | 'pruneMs' | 'peakMiB'>> {
  const syncer = start(bench, bench.kubeconfig, ...following);
  try {
    await syncer.event(({ type }) => type === 'synced', 60_000);
    const driftMs = await drift(bench, api);
    const pruneMs = await prune(bench, syncer);
    return { driftMs, pruneMs, peakMiB: usageOf(syncer).peakMiB };
  } finally {
    await syncer.stop('SIGTERM');
  }
}

async function changeOne(
  { repo, member, manifests }: Bench,
  proxy: CountingProxy,
  api: Api,
): Promise<RegattaTimes['change']> {
  const [path, object] = configMapsIn(manifests)[0] ?? raise('no ConfigMap');
  const data = { ...(object.data as object), CHANGED: 'yes' };
  await repo.push({ [`rendered/${member}/${path}`]: { ...object, data } });
  const begun = performance.now();
  await until('the change to be live', async () => dataOf(await api.get(apiPath(object))).CHANGED);
  const ms = performance.now() - begun;
  await sleep(500);
  return { ...proxy.take(), ms };
}

async function drift({ manifests, drifts }: Bench, api: Api): Promise<readonly number[]> {
  const times: number[] = [];
  const objects = configMapsIn(manifests).slice(1);
  for (let edit = 0; edit < drifts; edit++) {
    const [, object] = objects[edit % objects.length] ?? raise('no ConfigMap');
    const path = apiPath(object);
    await api.edit(path, 'another-manager', { data: { LOG_LEVEL: `drifted-${edit}` } });
    const begun = performance.now();
    await until('its correction', async () => dataOf(await api.get(path)).LOG_LEVEL === 'info');
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b);
}

async function prune({ repo, member, manifests }: Bench, syncer: SyncerProcess): Promise<number> {
  const objects = Object.keys(manifests).filter((path) => !path.startsWith('_cluster/'));
  const gone = objects.slice(-100).map((path) => [`rendered/${member}/${path}`, undefined]);
  syncer.forgetEvents();
  await repo.push(Object.fromEntries(gone));
  const begun = performance.now();
  const isPruned = (event: SyncEvent) => event.type === 'synced' && event.counts.pruned === 100;
  await syncer.event(isPruned, 60_000);
  return performance.now() - begun;
}

function configMapsIn(manifests: Manifests): readonly (readonly [string, JsonObject])[] {
  return Object.entries(manifests).filter(([, { kind }]) => kind === 'ConfigMap');
}

function dataOf(object: object | undefined): Readonly<Record<string, string>> {
  return ((object ?? {}) as { readonly data?: Readonly<Record<string, string>> }).data ?? {};
}

function raise(message: string): never {
  throw new Error(message);
}
