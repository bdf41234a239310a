import { lockFile } from '#model/image-lock.ts';
import { hiddenText } from '#model/redaction.ts';
import type { Cause, FieldChange, Hunk, Review } from './review.ts';
import type { IsSecretLine } from './secret-sources.ts';
import { WordIndex } from './word-index.ts';

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
  const sources = indexed(lines);
  const hunks = review.hunks.map((hunk) => ({ ...hunk, causes: causesOf(hunk, sources) }));
  return { ...review, hunks };
}

/** The changed lines of one commit. */
interface Side {
  readonly byWord: WordIndex<Cause>;
  /** Finds only the first line of each file. */
  readonly firstByWord: WordIndex<Cause>;
}

/** The indexes that find source lines. Each of them reads the lines and files once for all hunks of a review. */
interface Sources {
  readonly added: Side;
  readonly removed: Side;
  /** The changed lines of each file, by its path. */
  readonly files: ReadonlyMap<string, readonly Cause[]>;
  /** Finds the first changed lines of files by the words of their whole texts. */
  readonly byFile: WordIndex<Cause>;
  readonly takeovers: WordIndex<Takeovers>;
  /** Changed lines of the lock. */
  readonly locked: readonly Cause[];
  readonly isSecretLine: IsSecretLine;
}

/** The lines of one source that make the syncer take over objects. */
interface Takeovers {
  readonly source: string;
  readonly lines: readonly Cause[];
}

function indexed({ added, removed, texts, isSecretLine, takeovers = [] }: SourceLines): Sources {
  const lines = [...added, ...removed];
  const locked = [added, removed].map((some) => some.filter(({ file }) => file === lockFile));
  return {
    added: sideOf(added),
    removed: sideOf(removed),
    files: Map.groupBy(lines, ({ file }) => file),
    byFile: new WordIndex(firstOfFiles(lines), { textOf: ({ file }) => texts.get(file) ?? '' }),
    takeovers: new WordIndex(bySource(takeovers), { textOf: ({ source }) => source }),
    locked: locked.find((some) => some.length > 0) ?? [],
    isSecretLine: remembered(isSecretLine),
  };
}

function bySource(lines: NonNullable<SourceLines['takeovers']>): readonly Takeovers[] {
  return [...Map.groupBy(lines, ({ file }) => file).values()].map((some) => ({
    source: some[0]?.source ?? '',
    lines: some.map(({ file, line, text }) => ({ file, line, text })),
  }));
}

function sideOf(lines: readonly Cause[]): Side {
  const textOf = ({ text }: Cause) => text;
  return {
    byWord: new WordIndex(lines, { textOf }),
    firstByWord: new WordIndex(lines, { textOf, groupOf: ({ file }) => file }),
  };
}

function remembered(isSecretLine: IsSecretLine): IsSecretLine {
  const known = new Map<Cause, boolean>();
  return (line) => {
    const isSecret = known.get(line) ?? isSecretLine(line);
    known.set(line, isSecret);
    return isSecret;
  };
}

function causesOf(hunk: Hunk, sources: Sources): readonly Cause[] {
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
function causesOfFile({ file = '', fields }: Hunk, { files }: Sources): readonly Cause[] {
  const lines = files.get(file) ?? [];
  const keys = fields.flatMap(({ path }) => path.split('.').slice(-1));
  const naming = new WordIndex(lines, { textOf: ({ text }) => text }).withOneOf(keys, maxCauses);
  return naming.length > 0 ? naming : lines.slice(0, 1);
}

/** Returns the lines that make the syncer take over the objects of a hunk. */
function takeoversOf({ risks, objects }: Hunk, { takeovers }: Sources): readonly Cause[] {
  if (!risks.some(({ code }) => code === 'takeover')) return [];
  const words = objects.flatMap(({ reference }) => [reference.name, reference.kind]);
  const found = takeovers.withOneOf(words, maxCauses);
  return found.flatMap(({ lines }) => lines.slice(0, maxCauses));
}

function likelyCauses(hunk: Hunk, sources: Sources): readonly Cause[] {
  const { added, removed, byFile, locked } = sources;
  const setting = hunk.fields.flatMap((field) => {
    const now = linesWith(added, field, field.after);
    return now.length > 0 ? now : linesWith(removed, field, field.before);
  });
  if (setting.length > 0) return setting;
  const objects = hunk.objects.map(({ reference }) => reference.name);
  const names = hunk.type === 'left' ? hunk.clusters : objects;
  const naming = [added, removed].flatMap((side) => side.firstByWord.withOneOf(names, maxCauses));
  if (naming.length > 0) return firstOfFiles(naming);
  const kinds = hunk.objects.map(({ reference }) => reference.kind);
  const concerned = byFile.withOneOf([...names, ...kinds, 'Cluster'], maxCauses);
  // A change of a remote source shows only in the lock.
  return concerned.length > 0 ? concerned : locked;
}

function firstOfFiles(causes: readonly Cause[]): readonly Cause[] {
  const files = Map.groupBy(causes, ({ file }) => file);
  return [...files.values()].flatMap((lines) => lines.slice(0, 1));
}

/** Returns the lines that contain the value of a field, or a part of it, as an image override does. */
function linesWith({ byWord }: Side, { path }: FieldChange, value: unknown): readonly Cause[] {
  if (value === undefined || value === null || typeof value === 'object') return [];
  if (value === hiddenText) return [];
  if (typeof value !== 'string') {
    const key = path.split(/[.[\]=]/).findLast((part) => part !== '') ?? '';
    return byWord.withBoth(key, String(value), maxCauses);
  }
  // The algorithm prefix is part of every digest and identifies none.
  const parts = [value, ...value.split(/[\s@:]/)].filter(
    (part) => part.length > 2 && part !== 'sha256',
  );
  return byWord.withOneOf(parts, maxCauses);
}
