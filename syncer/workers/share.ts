/** Several processes may serve the clusters of a fleet. Each of them sees only its own share. */
import * as v from 'valibot';
import type { FleetPort } from '../ports/cluster.ts';
import type { RenderedTree, SourcePort } from '../ports/source.ts';

/** The clusters that a process serves: all of them except those listed, or only those listed. */
export interface Share {
  readonly kind: 'except' | 'only';
  readonly clusters: readonly string[];
}

/** Reports whether a process serves a cluster. */
export type Serves = (cluster: string) => boolean;

export const shareSchema: v.GenericSchema<unknown, Share> = v.object({
  kind: v.picklist(['except', 'only']),
  clusters: v.array(v.string()),
});

/** Returns a fleet that has only the clusters that a process serves. */
export function sharedFleet(fleet: FleetPort, serves: Serves): FleetPort {
  return {
    get clusters() {
      return fleet.clusters.filter(serves);
    },
    connect: (cluster) => fleet.connect(cluster),
  };
}

/** Returns a source that shows only the clusters that a process serves. */
export function sharedSource(source: SourcePort, serves: Serves): SourcePort {
  const { origin } = source;
  return {
    origin,
    fetch: (signal) => source.fetch(signal),
    last: (signal) => source.last(signal),
    tree: async (...question) => sharedTree(await source.tree(...question), serves),
    clusterNames: (...question) => source.clusterNames(...question),
    read: (...question) => source.read(...question),
  };
}

/** Returns a rendered root that shows only the clusters that a process serves. */
export function sharedTree(
  tree: RenderedTree | undefined,
  serves: Serves,
): RenderedTree | undefined {
  if (tree === undefined) return undefined;
  const { clusters, files } = tree;
  return {
    ...tree,
    clusters: new Map(clusters.entries().filter(([name]) => serves(name))),
    files: files.filter(({ path }) => serves(path.slice(0, path.indexOf('/')))),
  };
}
