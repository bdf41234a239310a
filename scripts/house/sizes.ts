import { nodesOf, roomOf, rooms, type Source } from './sources.ts';

/** Sizes in lines, blank lines and comments included. */
export interface Sizes {
  readonly room: string;
  readonly files: readonly Sized[];
  readonly functions: readonly Sized[];
}

/** The size of one file or function. */
export interface Sized {
  /** Path of a file, or `path:line` of a function. */
  readonly place: string;
  readonly lines: number;
}

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

/** Measures the files and functions of each room of the product. */
export function measureRooms(sources: readonly Source[]): Sizes[] {
  return rooms.map((room) => {
    const own = sources.filter(({ path }) => roomOf(path) === room && !isTest(path));
    return { room, files: own.map(fileSize), functions: own.flatMap(functionSizes) };
  });
}

export function isTest(path: string): boolean {
  return /(^|\/)test\//.test(path);
}

export function fileSize({ path, text }: Source): Sized {
  return { place: path, lines: text.split('\n').length - 1 };
}

/** Returns the functions with a body in braces. An expression body does not count as a function length. */
function functionSizes(source: Source): Sized[] {
  const found: Sized[] = [];
  for (const node of nodesOf(source.program)) {
    if (!functionTypes.has(node.type) || !hasBlock(node)) continue;
    const line = source.text.slice(0, node.start).split('\n').length;
    const lines = source.text.slice(node.start, node.end).split('\n').length;
    found.push({ place: `${source.path}:${line}`, lines });
  }
  return found;
}

function hasBlock(node: object): boolean {
  return 'body' in node && (node.body as { type?: string } | null)?.type === 'BlockStatement';
}

/** Returns the value below which a share of the sizes lies, or 0 when there are no sizes. */
export function quantile(sizes: readonly Sized[], share: number): number {
  const lines = sizes.map((size) => size.lines).toSorted((a, b) => a - b);
  return lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
}
