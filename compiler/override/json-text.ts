import { byText } from '#model/object.ts';

/**
 * JSON parsed only as far as patches need: objects are Maps, which keep the order of their keys,
 * and scalars keep their source, so that 1.50 stays 1.50.
 */
export type JsonNode = string | readonly JsonNode[] | ReadonlyMap<string, JsonNode>;

const token = /\s*("(?:[^"\\]|\\.)*"|[-+.\w]+|[[\]{},:])/y;

/** Maximum depth of nested values, far beyond any text written by hand. */
const maxDepth = 1000;

/** Parses a text. Returns undefined if the text is not JSON. */
export function parseJsonText(text: string): JsonNode | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = Array.from(tokensOf(text));
  return readNode(tokens.values(), 0);
}

function* tokensOf(text: string): Generator<string> {
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) yield match[1] ?? '';
}

/** Reads a value from the tokens of valid JSON, in which commas and colons are redundant. */
function readNode(tokens: Iterator<string>, depth: number, first?: string): JsonNode | undefined {
  const start = first ?? next(tokens);
  if (depth > maxDepth) return undefined;
  if (start === '[') return readItems(tokens, depth);
  if (start === '{') return readMembers(tokens, depth);
  return start;
}

function readItems(tokens: Iterator<string>, depth: number): JsonNode | undefined {
  const items: JsonNode[] = [];
  for (let start = next(tokens); start !== ']'; start = next(tokens)) {
    if (start === ',') continue;
    const item = readNode(tokens, depth + 1, start);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readMembers(tokens: Iterator<string>, depth: number): JsonNode | undefined {
  const members = new Map<string, JsonNode>();
  for (let key = next(tokens); key !== '}'; key = next(tokens)) {
    if (key === ',') continue;
    next(tokens);
    const member = readNode(tokens, depth + 1);
    if (member === undefined) return undefined;
    members.set(JSON.parse(key), member);
  }
  return members;
}

function next(tokens: Iterator<string>): string {
  return tokens.next().value ?? ']';
}

/** Returns a value as a node. Sorts keys, as Kubernetes does in the values of a policy. */
export function jsonNodeOf(value: unknown): JsonNode {
  if (Array.isArray(value)) return value.map(jsonNodeOf);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => byText(a, b));
  return new Map(members.map(([key, member]) => [key, jsonNodeOf(member)]));
}

/** Prints JSON as Go does: without white space, and safe inside HTML. */
export function printJsonText(node: JsonNode): string {
  return printNode(node).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function printNode(node: JsonNode): string {
  if (typeof node === 'string') return node;
  if (isItems(node)) return `[${node.map(printNode).join(',')}]`;
  const members = node
    .entries()
    .map(([key, member]) => `${JSON.stringify(key)}:${printNode(member)}`);
  return `{${members.toArray().join(',')}}`;
}

function isItems(node: Exclude<JsonNode, string>): node is readonly JsonNode[] {
  return Array.isArray(node);
}
