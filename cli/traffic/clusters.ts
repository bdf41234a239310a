import { parseRepository } from '#compiler/parse/repository.ts';
import type { Cluster } from '#model/cluster.ts';
import type { FileContent } from '#model/files.ts';

/** A source file that may hold objects. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Returns the text files of the sources that mention one of the words, so that no other file is parsed. */
export function sourcesWith(
  sources: Iterable<readonly [string, FileContent]>,
  words: readonly string[],
): readonly SourceText[] {
  return [...sources].flatMap(([file, text]) =>
    typeof text === 'string' && words.some((word) => text.includes(word)) ? [{ file, text }] : [],
  );
}

/** Returns the clusters in the sources of a fleet. */
export function clustersIn(sources: Iterable<readonly [string, FileContent]>): readonly Cluster[] {
  const concerned = sourcesWith(sources, ['cluster.karmada.io']);
  return parseRepository(concerned, () => {}).clusters.map(({ object }) => object);
}
