import { lockFile } from '#model/image-lock.ts';
import { hiddenText } from '#model/redaction.ts';
import type { Cause, FieldChange, Hunk, Review } from './review.ts';
import type { IsSecretLine } from './secret-sources.ts';

/** Source lines that only one of two commits has. */
export interface SourceLines {
  readonly added: readonly Cause[];
  readonly removed: readonly Cause[];
  /** Whole texts of the changed files, from both commits. */
  readonly texts: ReadonlyMap<string, string>;
  /** Decides which lines the review names without their text. */
  readonly isSecretLine: IsSecretLine;
  /** Lines of the later commit's sources that make the syncer take over objects, changed or not. */
  readonly takeovers?: readonly (Cause & { readonly source: string })[];
}

/** Maximum number of source lines that the review reports for a hunk. */
const maxCauses = 8;

/**
 * Adds to each hunk the source lines that caused it: lines that contain the new or old values of its
 * fields; otherwise lines that name its objects; otherwise the first changed line of each file that
 * mentions the objects, their kinds or clusters; otherwise changed lines of the lock.
 */
export function withCauses(review: Review, lines: SourceLines): Review {
  const hunks = review.hunks.map((hunk) => ({ ...hunk, causes: causesOf(hunk, lines) }));
  return { ...review, hunks };
}

function causesOf(hunk: Hunk, sources: SourceLines): readonly Cause[] {
  const found =
    hunk.file === undefined
      ? [...takeoversOf(hunk, sources), ...likelyCauses(hunk, sources)]
      : causesOfFile(hunk, sources);
  const distinct = new Map(found.map((cause) => [`${cause.file}:${cause.line}`, cause]));
  const causes = [...distinct.values()].slice(0, maxCauses);
  // A source line of a Secret may contain secret values.
  const isSecret = hunk.objects.some(({ reference }) => reference.kind === 'Secret');
  const { isSecretLine } = sources;
  return causes.map((cause) => (isSecret || isSecretLine(cause) ? { ...cause, text: '' } : cause));
}

/** Returns the changed lines of a file that the hunk is about; those of a setting if they name it. */
function causesOfFile({ file, fields }: Hunk, { added, removed }: SourceLines): readonly Cause[] {
  const lines = [...added, ...removed].filter((line) => line.file === file);
  const keys = fields.flatMap(({ path }) => path.split('.').slice(-1));
  const naming = lines.filter(({ text }) => hasWord(text, keys));
  return naming.length > 0 ? naming : firstOfFiles(lines);
}

/** Returns the lines that make the syncer take over the objects of a hunk. */
function takeoversOf({ risks, objects }: Hunk, { takeovers = [] }: SourceLines): readonly Cause[] {
  if (!risks.some(({ code }) => code === 'takeover')) return [];
  const words = objects.flatMap(({ reference }) => [reference.name, reference.kind]);
  return takeovers
    .filter(({ source }) => hasWord(source, words))
    .map(({ file, line, text }) => ({ file, line, text }));
}

function likelyCauses(hunk: Hunk, { added, removed, texts }: SourceLines): readonly Cause[] {
  const setting = hunk.fields.flatMap((field) => {
    const now = added.filter(({ text }) => hasValue(text, field, field.after));
    return now.length > 0 ? now : removed.filter(({ text }) => hasValue(text, field, field.before));
  });
  const objects = hunk.objects.map(({ reference }) => reference.name);
  const names = hunk.type === 'left' ? hunk.clusters : objects;
  const kinds = hunk.objects.map(({ reference }) => reference.kind);
  const lines = [...added, ...removed];
  const naming = lines.filter(({ text }) => hasWord(text, names));
  const concerned = lines.filter(({ file }) =>
    hasWord(texts.get(file) ?? '', [...names, ...kinds, 'Cluster']),
  );
  // A change of a remote source shows only in the lock.
  const [locked, unlocked] = [added, removed].map((some) => some.filter(isInLock));
  const choices = [setting, firstOfFiles(naming), firstOfFiles(concerned), locked, unlocked];
  return choices.find((causes) => causes !== undefined && causes.length > 0) ?? [];
}

function isInLock({ file }: Cause): boolean {
  return file === lockFile;
}

function firstOfFiles(causes: readonly Cause[]): readonly Cause[] {
  const files = Map.groupBy(causes, ({ file }) => file);
  return [...files.values()].flatMap((lines) => lines.slice(0, 1));
}

/** Reports whether a line contains the value of a field, or a part of it, as an image override does. */
function hasValue(text: string, { path }: FieldChange, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'object') return false;
  if (value === hiddenText) return false;
  const words = wordsOf(text);
  if (typeof value !== 'string') {
    const key = path.split(/[.[\]=]/).findLast((part) => part !== '') ?? '';
    return words.has(key) && words.has(String(value));
  }
  // The algorithm prefix is part of every digest and identifies none.
  const parts = [value, ...value.split(/[\s@:]/)].filter(
    (part) => part.length > 2 && part !== 'sha256',
  );
  return parts.some((part) => words.has(part) || text.includes(`${part}"`));
}

function hasWord(text: string, words: readonly string[]): boolean {
  const present = wordsOf(text);
  return words.some((word) => present.has(word));
}

/** Returns the words of a YAML line, and their parts around `:` and `@`. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.split(/[\s"',{}[\]]+/).map((word) => word.replace(/:$/, ''));
  return new Set([...words, ...words.flatMap((word) => word.split(/[:@]/))]);
}
