import { isFieldMap, type KubeObject } from '#model/object.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { readYaml } from '#model/yaml.ts';
import type { Cause } from './review.ts';

/** One of two commits that a review compares. */
export interface ReviewedCommit {
  readonly snapshot: Snapshot;
  /** The committed files, if `snapshot` has compiled files in their place. */
  readonly committed?: Snapshot | undefined;
  /** Content ids of the source files that the review reads, by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** A folder of rendered directories that a syncer may apply, at two commits. */
export interface RenderedRoot {
  /** Path of the folder at the later commit. */
  readonly root: string;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Everything that a review reads of two commits. */
export interface ReviewedCommits {
  readonly before: ReviewedCommit;
  readonly after: ReviewedCommit;
  /** The folders into which the commits render, which may have different paths. */
  readonly own: RenderedRoot;
  /** Other folders that a syncer may apply. */
  readonly others: readonly RenderedRoot[];
  /** Source lines that only one of the commits has. */
  readonly changedLines: { readonly added: readonly Cause[]; readonly removed: readonly Cause[] };
  /** Texts by content id: of rendered files in which the commits differ, and of sources. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Returns the objects of a rendered file; none if it is not YAML, so that the syncer refuses it. */
export function objectsIn(
  { texts }: Pick<ReviewedCommits, 'texts'>,
  id: string,
): readonly KubeObject[] {
  const documents = readYaml(textIn(texts, id));
  return 'message' in documents ? [] : documents.filter(isObject);
}

function isObject(document: unknown): document is KubeObject {
  return isFieldMap(document) && isFieldMap(document.metadata);
}

/**
 * Returns a text by its content id.
 *
 * @throws Error if `texts` lacks the id, because a missing text must not count as empty
 */
export function textIn(texts: ReadonlyMap<string, string>, id: string): string {
  const text = texts.get(id);
  if (text === undefined) throw new Error(`git returned no object ${id}`);
  return text;
}
