import { lockFile } from '#model/image-lock.ts';
import type { Cause, FieldChange, Hunk, Review } from './review.ts';

/** Lines of sources that one commit has and the other has not. */
export interface SourceLines {
  readonly added: readonly Cause[];
  readonly removed: readonly Cause[];
  /** The whole texts of the files that they are in, of both commits. */
  readonly texts: ReadonlyMap<string, string>;
}

/** How many lines are named for a hunk. */
const most = 8;

/**
 * Names for every hunk the lines of the sources that caused it: those that say what fields have
 * become or were; else those that name its objects; else the first of each file that speaks of
 * them, or of clusters; else those of the lock.
 */
export function withCauses(review: Review, lines: SourceLines): Review {
  const hunks = review.hunks.map((hunk) => ({ ...hunk, causes: causesOf(hunk, lines) }));
  return { ...review, hunks };
}

function causesOf(hunk: Hunk, { added, removed, texts }: SourceLines): readonly Cause[] {
  const said = hunk.fields.flatMap((field) => {
    const now = added.filter(({ text }) => says(text, field, field.after));
    return now.length > 0 ? now : removed.filter(({ text }) => says(text, field, field.before));
  });
  const names = hunk.objects.map(({ reference }) => reference.name);
  const kinds = hunk.objects.map(({ reference }) => reference.kind);
  const lines = [...added, ...removed];
  const naming = lines.filter(({ text }) => hasWord(text, names));
  const concerned = lines.filter(({ file }) =>
    hasWord(texts.get(file) ?? '', [...names, ...kinds, 'Cluster']),
  );
  // Of what is fetched, the lock alone says that it is another.
  const [locked, unlocked] = [added, removed].map((some) => some.filter(isInLock));
  const choices = [said, firstOfFiles(naming), firstOfFiles(concerned), locked, unlocked];
  const found = choices.find((causes) => causes !== undefined && causes.length > 0) ?? [];
  const distinct = new Map(found.map((cause) => [`${cause.file}:${cause.line}`, cause]));
  const causes = [...distinct.values()].slice(0, most);
  // A line of a Secret may hold what is secret.
  const isSecret = hunk.objects.some(({ reference }) => reference.kind === 'Secret');
  return isSecret ? causes.map((cause) => ({ ...cause, text: '' })) : causes;
}

function isInLock({ file }: Cause): boolean {
  return file === lockFile;
}

function firstOfFiles(causes: readonly Cause[]): readonly Cause[] {
  const files = Map.groupBy(causes, ({ file }) => file);
  return [...files.values()].flatMap((lines) => lines.slice(0, 1));
}

/** Whether a line gives a field this value, or a part of it, as an override of an image does. */
function says(text: string, { path }: FieldChange, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'object') return false;
  const words = wordsOf(text);
  if (typeof value !== 'string') {
    const key = path.split(/[.[\]=]/).findLast((part) => part !== '') ?? '';
    return words.has(key) && words.has(String(value));
  }
  // Every digest has its algorithm in front.
  const parts = [value, ...value.split(/[\s@:]/)].filter(
    (part) => part.length > 2 && part !== 'sha256',
  );
  return parts.some((part) => words.has(part) || text.includes(`${part}"`));
}

function hasWord(text: string, words: readonly string[]): boolean {
  const present = wordsOf(text);
  return words.some((word) => present.has(word));
}

/** The words of YAML, with and without what is around them. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.split(/[\s"',{}[\]]+/).map((word) => word.replace(/:$/, ''));
  return new Set([...words, ...words.flatMap((word) => word.split(/[:@]/))]);
}
