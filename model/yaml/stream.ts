import { parseJson } from '../json.ts';
import { type DuplicateKey, jsonOf } from './construct.ts';
import type { TextPart } from './cursor.ts';
import { YamlError } from './fault.ts';
import type { YamlNode } from './node.ts';
import { parseDocument } from './parser.ts';
import { plainJson } from './plain-json.ts';

/** The documents of a text, in order. */
export interface YamlStream {
  /** JSON values; null for `null`, `~` and for nothing between two separators. */
  readonly documents: readonly unknown[];
  readonly duplicates: readonly DuplicateKey[];
}

/**
 * Reads a text as kubectl does: JSON objects one after the other, or YAML documents between lines that start
 * with `---`. Unlike kubectl, refuses what follows the end of a document instead of ignoring it.
 *
 * @throws YamlError at the first fault
 * Source: k8s.io/apimachinery v0.37, pkg/util/yaml/decoder.go (YAMLOrJSONDecoder, YAMLReader).
 */
export function readStream(text: string): YamlStream {
  const json = plainJson(text);
  if (json !== undefined) return { documents: [json], duplicates: [] };
  const duplicates: DuplicateKey[] = [];
  const documents = writtenParts(text).map(({ part, root }) => {
    const size = part.end - part.start;
    const value = jsonOf(root, size, (duplicate) => duplicates.push(duplicate));
    return part.isJson ? parseJson(text.slice(part.start, part.end)) : value;
  });
  return { documents, duplicates };
}

/** Returns the documents of a text as they are written. */
export function parseStream(text: string): readonly YamlNode[] {
  return writtenParts(text).map(({ root }) => root);
}

/** Returns where the documents of a text are, in the order of `readStream`. A document ends before the next `---`. */
export function documentExtents(text: string): readonly TextPart[] {
  return writtenParts(text).map(({ part }) => ({ ...part, end: Math.min(part.end, text.length) }));
}

/** Returns the parts that hold a document, not only comments and blanks. */
function writtenParts(
  text: string,
): readonly { readonly part: TextPart; readonly root: YamlNode }[] {
  const ended = withEnd(text);
  return partsOf(ended).flatMap((part) => {
    const root = parseDocument(ended, part);
    return root === undefined ? [] : [{ part, root }];
  });
}

/** The last line always counts as ended. */
function withEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** @param text - ends with a line break */
function partsOf(text: string): readonly TextPart[] {
  if (!/^\s*\{/.test(text)) return yamlParts(text, 0);
  const parts = jsonParts(text);
  const end = parts.at(-1)?.end ?? 0;
  const next = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  if (parts.length > 0 && next === text.length) return parts;
  if (parts.length > 1) throw new YamlError('expected a JSON object, as before', next);
  if (parts.length === 0) return yamlParts(text, 0);
  const lineEnd = text.slice(end, next).indexOf('\n');
  return [...parts, ...yamlParts(text, lineEnd < 0 ? next : end + lineEnd + 1)];
}

const jsonSpace = /[ \t\r\n]*/y;
const jsonString = /"(?:[^"\\]|\\.)*"/y;
const jsonScalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/** Returns the JSON values at the start of a text, up to the first fault. */
function jsonParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  for (let at = 0; ; ) {
    const start = endOf(jsonSpace, text, at) ?? at;
    const end = jsonEnd(text, start);
    if (end === undefined || !isJson(text.slice(start, end))) return parts;
    parts.push({ start, end, isJson: true });
    at = end;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns where a JSON value that starts at an offset ends; undefined if it does not end. */
function jsonEnd(text: string, start: number): number | undefined {
  const scalar = endOf(jsonString, text, start) ?? endOf(jsonScalar, text, start);
  if (scalar !== undefined || (text[start] !== '{' && text[start] !== '[')) return scalar;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = (endOf(jsonString, text, at) ?? text.length) - 1;
    else if (letter === '{' || letter === '[') depth++;
    else if ((letter === '}' || letter === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Divides a text at the lines that start with `---`. The first line belongs to the first document. */
function yamlParts(text: string, from: number): readonly TextPart[] {
  expectPrintable(text, from);
  const parts: TextPart[] = [];
  let start = from;
  for (let line = from; line < text.length; line = nextSeparator(text, line)) {
    if (!text.startsWith('---', line)) continue;
    expectSeparator(text, line);
    if (line === start) continue;
    parts.push(yamlPart(text, start, line));
    start = text.indexOf('\n', line) + 1;
  }
  if (start < text.length) parts.push(yamlPart(text, start, text.length));
  return parts;
}

function nextSeparator(text: string, line: number): number {
  const next = text.indexOf('\n---', line);
  return next < 0 ? text.length : next + 1;
}

const separatorEnd = /^(?:[^\S\ufeff]|\x85)*(?:#|$)/;

function expectSeparator(text: string, line: number): void {
  const rest = text.slice(line + 3, text.indexOf('\n', line));
  if (separatorEnd.test(rest)) return;
  throw new YamlError('only a comment can follow --- in its line', line);
}

function yamlPart(text: string, start: number, end: number): TextPart {
  if (text[start] !== '\ufeff') return { start, end, isJson: false };
  if (text[start + 1] === '\ufeff') throw new YamlError('two byte order marks', start);
  return { start: start + 1, end, isJson: false };
}

const control = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/g;

function expectPrintable(text: string, from: number): void {
  control.lastIndex = from;
  const found = control.exec(text)?.index;
  if (found !== undefined) throw new YamlError('a control character is not allowed', found);
}
