import { digestOf } from './files.ts';
import { byText, type KubeObject } from './object.ts';

/** A number of objects, or a percentage of the existing objects such as `10%`. */
export type DeletionLimit = number | string;

/** How many objects one change may delete from the clusters without an acknowledgement. */
export interface DeletionBudget {
  /** Limit on all clusters together, which counts each object once per cluster; absent means no limit. */
  readonly fleet?: DeletionLimit | undefined;
  /** Limit on each cluster; absent means no limit. */
  readonly cluster?: DeletionLimit | undefined;
  /** Limits by kind, on all clusters together. */
  readonly kinds: Readonly<Record<string, DeletionLimit>>;
}

/** The default budget. It allows no deletion of kinds whose deletion destroys data or other objects. */
export const defaultDeletionBudget: DeletionBudget = {
  kinds: {
    CustomResourceDefinition: 0,
    Namespace: 0,
    PersistentVolume: 0,
    PersistentVolumeClaim: 0,
  },
};

/** A rendered file that a change deletes from a cluster. */
export interface DeletedFile {
  readonly cluster: string;
  /** Path of the file, relative to the cluster's directory. */
  readonly path: string;
}

/** Files that a change deletes from the same clusters. */
export interface DeletedFiles {
  readonly clusters: readonly string[];
  readonly files: readonly string[];
}

/** Declares in the repository that specific deletions are intended, regardless of the budget. */
export interface DeletionAcknowledgement extends KubeObject {
  readonly spec: {
    /** The `deletionDigest` of exactly these deletions. */
    readonly digest: string;
    readonly reason?: string;
    /** The deletions themselves; without them, only reviews accept the acknowledgement. */
    readonly deletions?: readonly DeletedFiles[];
  };
}

/** Returns a digest that identifies a set of deletions, regardless of their order. */
export function deletionDigest(deletions: readonly DeletedFile[]): string {
  const names = deletions.map(({ cluster, path }) => `${cluster}/${path}`);
  return `sha256:${digestOf(JSON.stringify(names.toSorted(byText)))}`;
}

/** Returns one entry per cluster and file. */
export function unfoldDeletions(folded: readonly DeletedFiles[]): readonly DeletedFile[] {
  return folded.flatMap(({ clusters, files }) =>
    clusters.flatMap((cluster) => files.map((path) => ({ cluster, path }))),
  );
}

/** Groups deletions, so that files deleted from the same clusters share one entry. */
export function foldDeletions(deletions: readonly DeletedFile[]): readonly DeletedFiles[] {
  const byPath = Map.groupBy(deletions, ({ path }) => path);
  const alike = Map.groupBy(byPath, ([, ones]) => JSON.stringify(ones.map(clusterOf).sort(byText)));
  return [...alike].map(([clusters, paths]) => ({
    clusters: JSON.parse(clusters),
    files: paths.map(([path]) => path).sort(byText),
  }));
}

function clusterOf({ cluster }: DeletedFile): string {
  return cluster;
}
