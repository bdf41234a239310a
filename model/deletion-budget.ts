import { digestOf } from './files.ts';
import { byText, type KubeObject } from './object.ts';

/** A number of objects, or a share of those that there are: `10%`. */
export type DeletionLimit = number | string;

/** How much may go from the clusters at once without somebody saying that it is meant. */
export interface DeletionBudget {
  /** In all, objects counted once for each cluster; no limit when absent. */
  readonly fleet?: DeletionLimit | undefined;
  /** On any one cluster. */
  readonly cluster?: DeletionLimit | undefined;
  /** Of a kind, on all clusters together. */
  readonly kinds: Readonly<Record<string, DeletionLimit>>;
}

/** Kinds that take data or everything in them along are never deleted unasked. */
export const defaultDeletionBudget: DeletionBudget = {
  kinds: {
    CustomResourceDefinition: 0,
    Namespace: 0,
    PersistentVolume: 0,
    PersistentVolumeClaim: 0,
  },
};

/** An object that goes from a cluster. */
export interface DeletedFile {
  readonly cluster: string;
  /** Of its file, below the cluster's directory. */
  readonly path: string;
}

/** Files that go from some clusters alike. */
export interface DeletedFiles {
  readonly clusters: readonly string[];
  readonly files: readonly string[];
}

/** Says in the repository that certain deletions are meant, whatever the budget. */
export interface DeletionAcknowledgement extends KubeObject {
  readonly spec: {
    /** Of exactly these deletions. */
    readonly digest: string;
    readonly reason?: string;
    /** They themselves; without them, only reviews can tell that they are meant. */
    readonly deletions?: readonly DeletedFiles[];
  };
}

/** Names exactly these deletions, in whatever order they come. */
export function deletionDigest(deletions: readonly DeletedFile[]): string {
  const names = deletions.map(({ cluster, path }) => `${cluster}/${path}`);
  return `sha256:${digestOf(JSON.stringify(names.toSorted(byText)))}`;
}

/** One for each cluster and file. */
export function unfoldDeletions(folded: readonly DeletedFiles[]): readonly DeletedFile[] {
  return folded.flatMap(({ clusters, files }) =>
    clusters.flatMap((cluster) => files.map((path) => ({ cluster, path }))),
  );
}

/** The same in few words: files that go from the same clusters together. */
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
