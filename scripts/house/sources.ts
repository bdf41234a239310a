import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, parseSync } from 'oxc-parser';

/** The folders that hold what users run. */
export const rooms = [
  'model',
  'compiler',
  'syncer',
  'review',
  'traffic',
  'io',
  'cli',
  'packages/sandbox',
] as const;

/** A node of the syntax tree, as ESTree defines it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** One tracked TypeScript file with its syntax tree. */
export interface Source {
  /** Path from the project's root. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly comments: readonly Comment[];
}

/** Returns the tracked files of the project whose paths match, without generated and recorded data. */
export function trackedFiles(root: string, matches: RegExp): string[] {
  const list = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return list.split('\0').filter((path) => matches.test(path) && !/^schemas\//.test(path));
}

/** Parses every tracked TypeScript file. */
export function readSources(root: string): Source[] {
  return trackedFiles(root, /\.ts$/).map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const { program, comments, errors } = parseSync(path, text);
    if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
    return { path, text, program: program as Node, comments };
  });
}

/** Yields a node and all nodes below it, in the order of the source. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) yield* nodesOf(item);
    } else if (isNode(child)) yield* nodesOf(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Returns the room of a path: its first folder, or two for a package of the workspace. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'packages' ? `${first}/${second}` : first;
}
