import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import type { Cause } from './review.ts';
import type { Snapshot } from './snapshot.ts';

/** One of two commits that a review compares. */
export interface ReviewedCommit {
  readonly snapshot: Snapshot;
  /** Content ids of the source files that the review reads, by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Everything that a review reads of two commits. */
export interface ReviewedCommits {
  readonly before: ReviewedCommit;
  readonly after: ReviewedCommit;
  /** Source lines that only one of the commits has. */
  readonly changedLines: { readonly added: readonly Cause[]; readonly removed: readonly Cause[] };
  /** Texts by content id: of rendered files in which the commits differ, and of sources. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Returns the object of a rendered file.
 *
 * @throws Error if `texts` lacks the file or the file is not YAML
 */
export function objectIn({ texts }: Pick<ReviewedCommits, 'texts'>, id: string): KubeObject {
  return parseYaml(textIn(texts, id))[0] as KubeObject;
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
