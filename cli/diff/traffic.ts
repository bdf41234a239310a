import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import type { GitHistory } from '#io/git/history.ts';
import type { Cluster } from '#model/cluster.ts';
import { errorMessage } from '#model/error.ts';
import { isIstioGroup } from '#model/mesh.ts';
import type { KubeObject } from '#model/object.ts';
import { typeIn } from '#model/rendered-path.ts';
import { changedFiles, countByCluster, type Snapshot } from '#model/snapshot.ts';
import { parseManifest } from '#syncer/desired/manifest.ts';
import { compareTraffic, type TrafficChange } from '#traffic/ask/compare.ts';
import { lostEndpoints, unreportedLosses } from '#traffic/ask/lost-endpoints.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import { planQuestion } from '#traffic/ask/traffic.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { rememberedTraffic } from '../traffic/generate.ts';
import { replicasBy } from '../traffic/meshes.ts';
import type { ReadCommits } from './read-commits.ts';
import type { RenderedCommit } from './rendered-commit.ts';

/** How a change affects the traffic of meshes. */
export interface ComparedTraffic {
  /** Absent if nothing changes. */
  readonly traffic?: readonly TrafficChange[];
  /** Why traffic is not compared, as a sentence. */
  readonly remarks: readonly string[];
}

const unchanged: ComparedTraffic = { remarks: [] };

/**
 * Compares where the requests of two commits go. Reads rendered files and loads the engine only if a mesh exists and something of
 * it may have changed.
 *
 * @param clusters - the clusters of the later commit, which give regions and zones to both
 */
export async function comparedTraffic(
  git: GitHistory,
  commits: ReadCommits,
  clusters: readonly Cluster[],
): Promise<ComparedTraffic> {
  const { before, after } = commits;
  if (!hasMesh(before) && !hasMesh(after)) return unchanged;
  if (!mayDiffer(commits)) return unchanged;
  const files = new ObjectFiles(git, new Map([...before.compiled, ...after.compiled]));
  const [old, now] = [
    await meshesAt(before, clusters, files),
    await meshesAt(after, clusters, files),
  ];
  const lost = now.flatMap((mesh) =>
    lostEndpoints(
      old.find(({ name }) => name === mesh.name),
      mesh,
    ),
  );
  try {
    const changed = await changesOf(old, now);
    const traffic = [...unreportedLosses(lost, changed), ...changed];
    return traffic.length === 0 ? unchanged : { traffic, remarks: [] };
  } catch (error) {
    const remarks = [`traffic is not compared: ${errorMessage(error)}`];
    return lost.length === 0 ? { remarks } : { traffic: lost, remarks };
  }
}

async function changesOf(
  old: readonly Mesh[],
  now: readonly Mesh[],
): Promise<readonly TrafficChange[]> {
  const [before, after] = [await trafficOf(old), await trafficOf(now)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => compareTraffic(before.get(name), after.get(name)));
}

async function trafficOf(meshes: readonly Mesh[]): Promise<ReadonlyMap<string, MeshTraffic>> {
  const traffic = new Map<string, MeshTraffic>();
  for (const mesh of meshes)
    traffic.set(mesh.name, await rememberedTraffic(planQuestion(mesh, {})));
  return traffic;
}

function hasMesh({ settings, snapshot }: RenderedCommit): boolean {
  if (settings.meshes.length > 0) return true;
  return [...typesIn(snapshot)].some((type) => isIstioGroup(type.slice(type.indexOf('.') + 1)));
}

function typesIn({ files }: Snapshot): ReadonlySet<string> {
  return new Set([...files.keys()].map(typeOf));
}

function typeOf(path: string): string {
  return typeIn(path.slice(path.indexOf('/') + 1));
}

/** Kinds that carry no traffic and configure none. All others may be workloads. */
const idleTypes =
  /^(configmap|secret|serviceaccount|namespace|limitrange|resourcequota|persistentvolume(claim)?|job\.batch|cronjob\.batch|.*\.(rbac\.authorization|apiextensions|scheduling|storage|policy|autoscaling)(\.k8s\.io)?)$/;

function mayDiffer({ before, after, own, changedLines }: ReadCommits): boolean {
  if (JSON.stringify(before.settings.meshes) !== JSON.stringify(after.settings.meshes)) return true;
  const [old, now] = [own.before, own.after].map((one) => [...countByCluster(one).keys()].sort());
  if (old?.join() !== now?.join()) return true;
  const folder = `${after.settings.clusters}/`;
  const lines = [...changedLines.added, ...changedLines.removed];
  if (lines.some(({ file }) => file.startsWith(folder))) return true;
  return changedFiles(own.before, own.after).some(({ path }) => !idleTypes.test(typeIn(path)));
}

/** Reads rendered files, each content once. */
class ObjectFiles {
  readonly #git: GitHistory;
  readonly #compiled: ReadonlyMap<string, string>;
  readonly #known = new Map<string, readonly KubeObject[]>();

  constructor(git: GitHistory, compiled: ReadonlyMap<string, string>) {
    this.#git = git;
    this.#compiled = compiled;
  }

  /** Returns the objects of contents, by the ids of these. */
  async read(ids: Iterable<string>): Promise<ReadonlyMap<string, readonly KubeObject[]>> {
    const missing = [...new Set(ids)].filter((id) => !this.#known.has(id));
    const committed = missing.filter((id) => !this.#compiled.has(id));
    const texts = await this.#git.read(committed);
    for (const id of missing) {
      this.#known.set(id, parseManifest(this.#compiled.get(id) ?? texts.get(id) ?? ''));
    }
    return this.#known;
  }
}

async function meshesAt(
  { settings, snapshot }: RenderedCommit,
  clusters: readonly Cluster[],
  files: ObjectFiles,
): Promise<readonly Mesh[]> {
  const active = [...snapshot.files].filter(([path]) => /\.yaml$/.test(path) && isActive(path));
  const contents = await files.read(active.map(([, id]) => id));
  const byCluster = Map.groupBy(active, ([path]) => path.slice(0, path.indexOf('/')));
  const objects = new Map(
    [...byCluster].map(([name, some]) => [name, some.flatMap(([, id]) => contents.get(id) ?? [])]),
  );
  return meshesOf({
    clusters: withUnregistered(clusters, [...byCluster.keys()]),
    meshes: settings.meshes,
    objects,
    replicasOf: replicasBy(createInterpreter({ profile: 'regatta' })),
  });
}

function isActive(path: string): boolean {
  const type = typeOf(path);
  return type !== '' && !idleTypes.test(type);
}

/** Adds the clusters that only the earlier commit has. */
function withUnregistered(
  clusters: readonly Cluster[],
  names: readonly string[],
): readonly Cluster[] {
  const known = new Set(clusters.map(({ metadata }) => metadata.name));
  const spec = { syncMode: 'Push', provider: '', region: '', zones: [] } as const;
  const others = names
    .filter((name) => !known.has(name))
    .map((name) => ({
      ...{ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name } },
      spec: { ...spec, taints: [], resourceModels: [] },
    }));
  return [...clusters, ...others];
}
