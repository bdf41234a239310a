import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import type { GitHistory } from '#io/git/history.ts';
import type { Cluster } from '#model/cluster.ts';
import { errorMessage } from '#model/error.ts';
import { sourceRoots } from '#model/fleet.ts';
import { isIstioGroup } from '#model/mesh.ts';
import type { KubeObject } from '#model/object.ts';
import { typeIn } from '#model/rendered-path.ts';
import { type ChangedFile, changedFiles, countByCluster, type Snapshot } from '#model/snapshot.ts';
import { parseManifest } from '#syncer/desired/manifest.ts';
import type { TrafficChange } from '#traffic/ask/compare.ts';
import { compareMeshes } from '#traffic/ask/compare-meshes.ts';
import type { Ask } from '#traffic/ask/in-parts.ts';
import { lostEndpoints, unreportedLosses } from '#traffic/ask/lost-endpoints.ts';
import { mayMoveTraffic, type ObjectChange } from '#traffic/ask/touched.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import type { ReplicasOf } from '#traffic/mesh/pods.ts';
import { clustersIn } from '../traffic/clusters.ts';
import { rememberedTraffic } from '../traffic/generate.ts';
import { replicasBy } from '../traffic/meshes.ts';
import { isOfMesh } from '../traffic/rendered-types.ts';
import type { RenderedCommit } from './rendered-commit.ts';

/** How a change affects the traffic of meshes. */
export interface ComparedTraffic {
  /** Absent if nothing changes. */
  readonly traffic?: readonly TrafficChange[];
  /** Why traffic is not compared, as a sentence. */
  readonly remarks: readonly string[];
}

const unchanged: ComparedTraffic = { remarks: [] };

/** Two commits with their output. */
export interface RenderedCommits {
  readonly before: RenderedCommit;
  readonly after: RenderedCommit;
}

/**
 * Compares where the requests of two commits go. Reads rendered files and loads the engine only if a mesh exists and something of
 * it may have changed. The clusters of the later commit give regions and zones to both.
 *
 * @param onAsk - is called before each request to the engine
 */
export async function comparedTraffic(
  git: GitHistory,
  commits: RenderedCommits,
  onAsk: () => void = () => {},
): Promise<ComparedTraffic> {
  const { before, after } = commits;
  if (!hasMesh(before) && !hasMesh(after)) return unchanged;
  const isReset = await differsInSettings(git, commits);
  const active = activeChanges(commits);
  if (!isReset && active.length === 0) return unchanged;
  const files = new ObjectFiles(git, new Map([...before.compiled, ...after.compiled]));
  const changes = await changedObjects(active, files);
  if (!isReset && changes.length === 0) return unchanged;
  const clusters = await clustersAt(git, after);
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
    const ask: Ask = (planned) => {
      onAsk();
      return rememberedTraffic(planned);
    };
    const changed = await changesOf([old, now], isReset ? undefined : changes, ask);
    const traffic = [...unreportedLosses(lost, changed), ...changed];
    return traffic.length === 0 ? unchanged : { traffic, remarks: [] };
  } catch (error) {
    const remarks = [`traffic is not compared: ${errorMessage(error)}`];
    return lost.length === 0 ? { remarks } : { traffic: lost, remarks };
  }
}

async function changesOf(
  [old, now]: readonly [readonly Mesh[], readonly Mesh[]],
  changes: readonly ObjectChange[] | undefined,
  ask: Ask,
): Promise<readonly TrafficChange[]> {
  const changed: TrafficChange[] = [];
  for (const name of [...new Set([...old, ...now].map((mesh) => mesh.name))].sort()) {
    const [before, after] = [old, now].map((all) => all.find((mesh) => mesh.name === name));
    changed.push(...(await compareMeshes({ before, after }, changes, ask)));
  }
  return changed;
}

function hasMesh({ settings, snapshot }: RenderedCommit): boolean {
  if (settings.meshes.length > 0) return true;
  return [...typesIn(snapshot)].some((type) => isIstioGroup(type.slice(type.indexOf('.') + 1)));
}

function typesIn({ files }: Snapshot): ReadonlySet<string> {
  return new Set([...files.keys()].map(typeOf));
}

function typeOf(path: string): string {
  return typeIn(belowCluster(path));
}

function belowCluster(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

async function differsInSettings(
  git: GitHistory,
  { before, after }: RenderedCommits,
): Promise<boolean> {
  if (JSON.stringify(before.settings.meshes) !== JSON.stringify(after.settings.meshes)) return true;
  const [old, now] = [before, after].map(({ snapshot }) =>
    [...countByCluster(snapshot).keys()].sort(),
  );
  if (old?.join() !== now?.join()) return true;
  const folders = [before, after].map(async ({ commit, settings }) =>
    JSON.stringify([...(await git.files(commit, [settings.clusters]))]),
  );
  const [was, is] = await Promise.all(folders);
  return was !== is;
}

/** Returns the clusters in the sources of a commit. */
async function clustersAt(
  git: GitHistory,
  { commit, settings }: RenderedCommit,
): Promise<readonly Cluster[]> {
  const sources = await git.files(commit, sourceRoots(settings));
  const texts = await git.read([...new Set(sources.values())]);
  return clustersIn([...sources].map(([file, id]) => [file, texts.get(id) ?? ''] as const));
}

function activeChanges({ before, after }: RenderedCommits): readonly ChangedFile[] {
  return changedFiles(before.snapshot, after.snapshot).filter(({ path }) => isOfMesh(path));
}

/** Returns the objects whose change may affect traffic. */
async function changedObjects(
  changed: readonly ChangedFile[],
  files: ObjectFiles,
): Promise<readonly ObjectChange[]> {
  const ids = changed.flatMap(({ before, after }) => [before ?? [], after ?? []].flat());
  const contents = await files.read(ids);
  const objectOf = (id: string | undefined) => contents.get(id ?? '')?.[0];
  return changed
    .map(({ before, after }) => ({ before: objectOf(before), after: objectOf(after) }))
    .filter((change) => mayMoveTraffic(change, files.replicasOf));
}

/** Reads rendered files, each content once. */
class ObjectFiles {
  readonly replicasOf: ReplicasOf = replicasBy(createInterpreter({ profile: 'regatta' }));
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
  const active = [...snapshot.files].filter(([path]) => isOfMesh(belowCluster(path)));
  const contents = await files.read(active.map(([, id]) => id));
  const byCluster = Map.groupBy(active, ([path]) => path.slice(0, path.indexOf('/')));
  const objects = new Map(
    [...byCluster].map(([name, some]) => [name, some.flatMap(([, id]) => contents.get(id) ?? [])]),
  );
  return meshesOf({
    clusters: withUnregistered(clusters, [...byCluster.keys()]),
    meshes: settings.meshes,
    objects,
    replicasOf: files.replicasOf,
  });
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
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name },
      spec: { ...spec, taints: [], resourceModels: [] },
    }));
  return [...clusters, ...others];
}
