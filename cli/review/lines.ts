/**
 * Formats the parts of a review that its text, Markdown and HTML versions share. Names, values and messages come
 * from the reviewed commit: each line is printable before the versions join it with others.
 */
import { type Diagnostic, diagnosticLines } from '#model/diagnostic.ts';
import { printable } from '#model/printable.ts';
import { describeReference } from '#review/compare.ts';
import type { Cause, FieldChange, Hunk, HunkObject, Review, Risk } from '#review/review.ts';
import type { ReviewReport } from '../diff/report.ts';
import { count } from '../print/compile.ts';

/** Maximum number of errors of sources that do not compile. */
const shownFaults = 50;
/** Maximum number of names in a list. A longer list ends with the number of further names. */
const shownNames = 5;
/** Maximum number of lines of a value. A longer value ends with the number of further lines. */
const shownLines = 12;
/** Maximum length of a line of a value, in characters. */
const shownWidth = 300;

/** Returns the numbers of changed objects: `1 object added, 60 changed, 0 removed on 60 clusters`. */
export function summaryOf({ counts, clusters }: Review): string {
  const { added, changed, removed } = counts;
  const where = `on ${count(clusters.length, 'cluster')}`;
  return `${count(added, 'object')} added, ${changed} changed, ${removed} removed ${where}`;
}

/** Returns the heading of a review on a forge or a page. */
export function headingOf(review: Review): string {
  return review.hunks.length === 0 ? 'Nothing changes on any cluster' : summaryOf(review);
}

/** Returns what a comparison assumes, and what it could not validate, as one line each. */
export function notesOf({
  notes = [],
  unchecked,
}: Pick<ReviewReport, 'notes' | 'unchecked'>): readonly string[] {
  const missing = unchecked === undefined ? [] : [`some updates were not validated: ${unchecked}`];
  return [...notes, ...missing].map(printable);
}

/** Returns the first errors of sources that do not compile, with the number of the others. */
export function faultsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const rest = errors.length - shownFaults;
  return [
    ...errors.slice(0, shownFaults).flatMap((error) => diagnosticLines(error)),
    ...(rest > 0 ? [`and ${count(rest, 'more error')}`] : []),
  ].map(printable);
}

/** Returns the heading of a hunk: `changed Deployment shop/web × 60 clusters: eu-1, eu-2 and 58 more`. */
export function titleOf(hunk: Hunk): string {
  return printable(rawTitleOf(hunk));
}

function rawTitleOf({ type, file, objects, clusters, from }: Hunk): string {
  if (type === 'left') return `left the fleet: ${list(clusters)}`;
  if (file !== undefined)
    return `${type} ${file}${clusters.length === 0 ? '' : ` ${on(clusters)}`}`;
  const what = list(objects.map((object) => nameOf(object, type === 'moved')));
  return type === 'moved'
    ? `moved ${what}: ${list(from)} → ${list(clusters)}`
    : `${type} ${what} ${on(clusters)}`;
}

function on(clusters: readonly string[]): string {
  return `× ${count(clusters.length, 'cluster')}: ${list(clusters)}`;
}

/** Names an object, with its replicas if they changed or `withReplicas` is set. */
function nameOf({ reference, replicas }: HunkObject, withReplicas: boolean): string {
  const name = describeReference(reference);
  if (replicas === undefined) return name;
  const { before, after } = replicas;
  if (before !== after) return `${name} (${before} → ${after} replicas)`;
  return withReplicas ? `${name} (${count(after, 'replica')})` : name;
}

/** Joins the first names with commas, and counts the others. */
function list(names: readonly string[]): string {
  if (names.length <= shownNames) return names.join(', ');
  return `${names.slice(0, shownNames - 1).join(', ')} and ${names.length - shownNames + 1} more`;
}

/** Returns the change of a field as lines of a diff: its path, the old value after `- `, the new one after `+ `. */
export function diffOf({ path, before, after }: FieldChange): readonly string[] {
  const [left, right] = [linesOf(before), linesOf(after)];
  // Values that differ are equal here if both are hidden.
  const [old, now] = before === after ? [left, right] : trimmed(left, right);
  return [
    `  ${path}`,
    ...clipped(old).map((line) => `- ${line}`),
    ...clipped(now).map((line) => `+ ${line}`),
  ].map(printable);
}

/** Returns the contents of the added objects of a hunk as lines of a diff, each after the name of its object. */
export function contentOf({ objects }: Hunk): readonly string[] {
  return objects
    .flatMap(({ reference, content }) => {
      if (content === undefined) return [];
      const { fields, others } = content;
      const differs = others === 0 ? [] : [`  … differs on ${count(others, 'other cluster')}`];
      return [`  ${describeReference(reference)}`, ...fields.flatMap(fieldOf), ...differs];
    })
    .map(printable);
}

function fieldOf({ path, after }: FieldChange): readonly string[] {
  const lines = clipped(linesOf(after));
  if (lines.length <= 1) return [`+ ${path}: ${lines[0] ?? ''}`];
  return [`+ ${path}:`, ...lines.map((line) => `+   ${line}`)];
}

function linesOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/\n$/, '').split('\n');
}

/** Removes the lines with which both values begin and the lines with which both end. */
function trimmed(
  old: readonly string[],
  now: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const shortest = Math.min(old.length, now.length);
  let start = 0;
  while (start < shortest && old[start] === now[start]) start++;
  let end = 0;
  while (end < shortest - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [old.slice(start, old.length - end), now.slice(start, now.length - end)];
}

function clipped(lines: readonly string[]): readonly string[] {
  const short = lines
    .slice(0, shownLines)
    .map((line) => (line.length > shownWidth ? `${line.slice(0, shownWidth)}…` : line));
  const rest = lines.length - shownLines;
  return rest > 0 ? [...short, `… ${count(rest, 'line')} more`] : short;
}

/** Returns the source line that caused a change: `templates/web.yaml:14: image: web:1.1`. */
export function causeOf({ file, line, text }: Cause): string {
  return printable(text.trim() === '' ? `${file}:${line}` : `${file}:${line}: ${text.trim()}`);
}

/** Returns the message of a risk as one line. */
export function messageOf({ message }: Risk): string {
  return printable(message);
}
