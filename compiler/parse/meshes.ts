import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import type { MeshSettings } from '#model/mesh.ts';
import { nearestWord } from '#model/nearest.ts';
import { fieldName, pointerTo } from '#model/pointer.ts';
import { matchesCluster } from '#model/selector.ts';
import type { RawObject } from './documents.ts';

interface Fault {
  readonly path: readonly string[];
  readonly complaint: string;
  readonly hint?: string | undefined;
}

/**
 * Reports meshes that name a cluster which is not registered, have no member, or share a name or a cluster with
 * an earlier mesh.
 */
export function reportMeshFaults(
  meshes: readonly MeshSettings[],
  at: RawObject['at'],
  clusters: readonly Cluster[],
  report: Report,
): void {
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const [index, mesh] of meshes.entries()) {
    const faults = [
      ...nameFaults(mesh, names),
      ...clusterFaults(mesh, clusters),
      ...sharingFaults(mesh, clusters, owners),
    ];
    for (const { path, complaint, hint } of faults) {
      const field = ['spec', 'meshes', `${index}`, ...path];
      report({
        code: 'parse/invalid-mesh',
        severity: 'error',
        message: `Fleet: ${fieldName(field)} ${complaint}`,
        at: at(pointerTo(field)),
        ...(hint !== undefined && { hint }),
      });
    }
  }
}

function nameFaults({ name }: MeshSettings, names: Map<string, string>): readonly Fault[] {
  const isTaken = names.has(name);
  names.set(name, name);
  return isTaken
    ? [{ path: ['name'], complaint: `${name} is already the name of another mesh` }]
    : [];
}

/** Returns faults of the names of clusters, and of members that select none. */
function clusterFaults(mesh: MeshSettings, clusters: readonly Cluster[]): readonly Fault[] {
  const known = clusters.map(({ metadata }) => metadata.name);
  const members = membersOf(mesh, clusters);
  const { clusterNames = [], exclude = [] } = mesh.members;
  const named = [
    { path: ['controlPlane'], name: mesh.controlPlane },
    ...clusterNames.map((name, index) => ({ path: ['members', 'clusterNames', `${index}`], name })),
    ...exclude.map((name, index) => ({ path: ['members', 'exclude', `${index}`], name })),
  ];
  const unknown = named.filter(({ name }) => !known.includes(name));
  const strangers = Object.keys(mesh.networks).filter((name) => !members.includes(name));
  return [
    ...unknown.map(({ path, name }) => ({
      path,
      complaint: `names cluster ${name}, which is not registered`,
      hint: suggestion(name, known),
    })),
    ...(members.length === 0 && unknown.length === 0
      ? [{ path: ['members'], complaint: 'selects no cluster' }]
      : []),
    ...strangers.map((name) => ({
      path: ['networks', name],
      complaint: `names cluster ${name}, which is not a member of the mesh`,
      hint: suggestion(name, members),
    })),
  ];
}

function suggestion(name: string, known: readonly string[]): string | undefined {
  const nearest = nearestWord(name, known);
  return nearest === undefined ? undefined : `did you mean ${nearest}?`;
}

/** Returns faults of clusters that an earlier mesh has, because a cluster obeys one control plane. */
function sharingFaults(
  mesh: MeshSettings,
  clusters: readonly Cluster[],
  owners: Map<string, string>,
): readonly Fault[] {
  const members = membersOf(mesh, clusters).map((cluster) => ({ cluster, path: ['members'] }));
  const own = [{ cluster: mesh.controlPlane, path: ['controlPlane'] }, ...members];
  const faults = own.flatMap(({ cluster, path }) => {
    const owner = owners.get(cluster);
    if (owner === undefined || owner === mesh.name) return [];
    return [{ path, complaint: `has cluster ${cluster}, which already belongs to mesh ${owner}` }];
  });
  for (const { cluster } of own) if (!owners.has(cluster)) owners.set(cluster, mesh.name);
  return faults;
}

function membersOf({ members }: MeshSettings, clusters: readonly Cluster[]): readonly string[] {
  return clusters
    .filter((cluster) => matchesCluster(members, cluster))
    .map(({ metadata }) => metadata.name);
}
