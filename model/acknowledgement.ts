import { digestOf } from './files.ts';
import { byText, type KubeObject } from './object.ts';

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

/** Returns the DeletionAcknowledgement that acknowledges exactly these deletions. */
function acknowledgementOf(deletions: readonly DeletedFile[]): DeletionAcknowledgement {
  const digest = deletionDigest(deletions);
  const name = digest
    .replace('sha256:', '')
    .slice(0, 12)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x');
  return {
    apiVersion: 'regatta.dev/v1alpha1',
    kind: 'DeletionAcknowledgement',
    metadata: { name: `deletion-${name}` },
    spec: {
      digest,
      reason: 'explain the deletions here',
      deletions: foldDeletions(deletions),
    },
  };
}

/** Returns the lines of the DeletionAcknowledgement that acknowledges exactly these deletions. */
export function acknowledgementLines(deletions: readonly DeletedFile[]): readonly string[] {
  const { apiVersion, kind, metadata, spec } = acknowledgementOf(deletions);
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${metadata.name}`,
    'spec:',
    `  digest: ${spec.digest}`,
    `  reason: ${spec.reason}`,
    '  deletions:',
    ...(spec.deletions ?? []).flatMap(({ clusters, files }) => [
      `  - clusters: [${clusters.map(quoted).join(', ')}]`,
      '    files:',
      ...files.map((file) => `    - ${quoted(file)}`),
    ]),
  ];
}

/** Returns the same acknowledgement in one line. */
export function acknowledgementLine(deletions: readonly DeletedFile[]): string {
  return JSON.stringify(acknowledgementOf(deletions));
}

/** Quotes a text that YAML would not read as this text. Names of clusters may be numbers. */
function quoted(text: string): string {
  return /^[a-z_][\w./-]*$/i.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
