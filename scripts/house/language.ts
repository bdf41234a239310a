import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodesOf, type Source, trackedFiles } from './sources.ts';

/** A habit of wording that this project avoids, and what to write instead. */
interface Pattern {
  readonly name: string;
  readonly matches: RegExp;
  readonly write: string;
  /** Whether the words may not be part of a name either. */
  readonly inNames?: true;
}

/** A piece of prose: a comment, a string, a name or a line of a document. */
export interface Prose {
  /** File and line, as `path:line`. */
  readonly place: string;
  readonly text: string;
  readonly kind: 'comment' | 'string' | 'name' | 'document';
}

/** A piece of prose that matches a pattern. */
export interface Violation extends Prose {
  readonly pattern: Pattern;
}

/** Verbs that make a sentence of what would otherwise be a fragment. */
const finiteVerb =
  /\b(is|are|was|were|has|have|had|does|do|did|can|could|may|might|must|shall|should|will|would|[a-z]{2,}(?:es|ts|ds|ns|ps|ks|ls|rs|ms|ys|ws|gs)|[a-z]{3,}ed)\b/;

const wordings: readonly Pattern[] = [
  {
    name: 'told, tell',
    matches: /\b(told|tells?)\b/i,
    write: 'report, print, return',
    inNames: true,
  },
  { name: 'anew', matches: /\banew\b/i, write: 'again, re-', inNames: true },
  {
    name: 'somebody, nobody, whoever',
    matches: /\b(somebody|nobody|whoever|whomever)\b/i,
    write: 'the actor: another manager, the caller, no one',
    inNames: true,
  },
  {
    name: 'is none, is no Y',
    matches:
      /(?<!\bthere )\bis none\b|(?<!\bthere )\b(is|are) no (?!longer\b|more\b|less\b|\w+er than\b)/i,
    write: 'invalid X; X is not a Y',
  },
  { name: 'as it is', matches: /(?<!\b(far|long|soon) )\bas it is\b/i, write: 'unchanged' },
  { name: 'so many', matches: /\bso many\b/i, write: 'at most N; the number of' },
  { name: 'came of, came to', matches: /\bcame (of|to)\b/i, write: 'result of; became' },
  {
    name: 'is to be',
    matches: /\b(is|are|was|were) to be\b|\bwhat there is\b/i,
    write: 'must; planned',
  },
  { name: 'what Git wants', matches: /\bwhat Git wants\b/i, write: 'the desired state' },
  { name: 'for ever', matches: /\bfor ever\b/i, write: 'indefinitely' },
  { name: 'of use', matches: /\bof (no )?use\b/i, write: 'useful' },
];

/** A comment that opens with a preposition and has no finite verb: the reader needs the code below it. */
const fragment: Pattern = {
  name: 'comment without a verb',
  matches: /^(Of|By|In|From|At|To|For|With|Without|Where|Whose|As) /,
  write: 'a sentence with a subject',
};

/** Every pattern, in the order of the table. */
export const patterns: readonly Pattern[] = [...wordings, fragment];

/** Returns what breaks the rules of language in the given prose. */
export function checkLanguage(prose: readonly Prose[]): Violation[] {
  return prose.flatMap((piece) =>
    patterns.filter((pattern) => breaks(pattern, piece)).map((pattern) => ({ ...piece, pattern })),
  );
}

function breaks(pattern: Pattern, { kind, text }: Prose): boolean {
  if (pattern === fragment) {
    if (kind !== 'comment' || !fragment.matches.test(text)) return false;
    return /^(Of|Whose) /.test(text) || !finiteVerb.test(firstSentence(text));
  }
  if (kind === 'name') return pattern.inNames === true && pattern.matches.test(words(text));
  return pattern.matches.test(text);
}

/** Splits a name such as `isNoOpApply` into words. */
function words(name: string): string {
  return name.split(/(?=[A-Z])/).join(' ');
}

function firstSentence(text: string): string {
  return text.split(/[.;:!?](?:\s|$)/)[0] ?? text;
}

/** Returns the comments, strings and declared names of a source file. */
export function proseOfSource({ path, text, program, comments }: Source): Prose[] {
  const place = (offset: number): string => `${path}:${text.slice(0, offset).split('\n').length}`;
  return [
    ...comments.map(({ value, start }) => comment(place(start), value)),
    ...[...nodesOf(program)].flatMap((node) => {
      const found = textOf(node);
      return found === undefined ? [] : [{ place: place(node.start), ...found }];
    }),
  ];
}

function comment(place: string, value: string): Prose {
  const text = value
    .split('\n')
    .map((line) => line.replace(/^\s*\*+/, '').trim())
    .join(' ')
    .trim();
  return { place, text, kind: 'comment' };
}

function textOf(node: object): { text: string; kind: 'string' | 'name' } | undefined {
  const { type, value, name } = node as { type: string; value?: unknown; name?: unknown };
  if (type === 'Literal' && typeof value === 'string') return { text: value, kind: 'string' };
  if (type === 'TemplateElement') {
    return { text: String((value as { cooked?: unknown }).cooked), kind: 'string' };
  }
  if (type === 'Identifier' && typeof name === 'string') return { text: name, kind: 'name' };
  return undefined;
}

const commentMarkers: readonly (readonly [RegExp, string])[] = [
  [/\.md$/, ''],
  [/\.(ya?ml|sh)$|^\.ci\/run$/, '#'],
  [/\.(go|mjs)$/, '//'],
];
/**
 * Data, and the Go files of the engines: Go writes a digest of the sources into a module, comments
 * included, so that a Go file changes only together with its artifact.
 */
const withoutProse = /\/(golden|fixtures|karmada-cases|recorded|charts)\/|^engines\/.*\.go$/;

/** Returns the prose of every tracked file that is not TypeScript: documents, comments of YAML, shell and Go. */
export function proseOfFiles(root: string): Prose[] {
  return trackedFiles(root, /./)
    .filter((path) => !withoutProse.test(path))
    .flatMap((path) => {
      const marker = commentMarkers.find(([matches]) => matches.test(path))?.[1];
      return marker === undefined ? [] : paragraphs(path, commentLines(root, path, marker));
    });
}

/** Returns the text of each line after the marker of comments; '' for a line without a comment. */
function commentLines(root: string, path: string, marker: string): string[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  return lines.map((line) => {
    const at = line.indexOf(marker);
    return at < 0 ? '' : line.slice(at + marker.length).trim();
  });
}

/** Joins lines that follow each other, so that a sentence that wraps is checked as one. */
function paragraphs(path: string, lines: readonly string[]): Prose[] {
  const found: Prose[] = [];
  let start = 0;
  for (const [index, line] of [...lines, ''].entries()) {
    if (line !== '') continue;
    const text = lines.slice(start, index).join(' ').trim();
    if (text !== '') found.push({ place: `${path}:${start + 1}`, text, kind: 'document' });
    start = index + 1;
  }
  return found;
}
