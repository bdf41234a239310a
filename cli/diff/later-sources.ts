import type { SourceText } from '#compiler/parse/documents.ts';
import { parseRepository } from '#compiler/parse/repository.ts';
import { sourceRoots } from '#model/fleet.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { keyOf, type ObjectKey } from '#model/object.ts';
import { textIn } from '#review/reviewed-commits.ts';
import type { ReadCommits } from './read-commits.ts';

/** Returns the sources of the later commit whose text matches. */
export function sourcesAfter(
  { after, texts }: ReadCommits,
  matches: (text: string) => boolean,
): readonly SourceText[] {
  const roots = sourceRoots(after.settings);
  return [...after.sources]
    .filter(([file]) => roots.some((root) => isAtOrBelow(file, root)))
    .map(([file, id]) => ({ file, text: textIn(texts, id) }))
    .filter(({ text }) => matches(text));
}

/** Returns the keys of the plain templates in files of the later commit that mention one of the names. */
export function templatesNamed(
  commits: ReadCommits,
  names: ReadonlySet<string>,
): ReadonlySet<ObjectKey> {
  if (names.size === 0) return new Set();
  const sources = sourcesAfter(commits, (text) =>
    names.values().some((name) => text.includes(name)),
  );
  const { templates } = parseRepository(sources, () => {});
  return new Set(templates.map(({ object }) => keyOf(object)));
}
