import type { Report } from '#model/diagnostic.ts';
import {
  digestOf,
  type Existing,
  type FileContent,
  indexShared,
  isConverted,
  type OutputMap,
  pathsOf,
  type Text,
  type Written,
} from '#model/files.ts';
import { byText } from '#model/object.ts';
import { type RenderedFile, withoutText } from './rendered-files.ts';
import { reportUnacknowledged } from './unsourced.ts';
import { isWritten } from './written.ts';

/** The file changes that bring the output folders to the compiled state. */
export interface WritePlan {
  /** Texts by path. */
  readonly write: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  /** Number of files that need no change. */
  readonly unchanged: number;
}

/** The desired files below the output folders. */
export interface DesiredFiles {
  /** Folder of the clusters' directories. */
  readonly root: string;
  readonly rendered: readonly RenderedFile[];
  /** Texts by path. */
  readonly bindings: ReadonlyMap<string, Text>;
}

/**
 * Compares the existing files below the output folders with the compiled ones. The plan overwrites and removes
 * only files that compile generated, and reports any other file in the way. It compares an unchanged file that
 * several clusters share once.
 */
export function planWrites(
  { intact, others }: Existing,
  { root, rendered, bindings }: DesiredFiles,
  report: Report,
): WritePlan {
  const find = indexShared(intact);
  const left = new Set(intact);
  const desired = new Map(bindings);
  let unchanged = 0;
  for (const file of rendered) {
    const same = find(withoutText(file));
    if (same !== undefined && left.delete(same)) unchanged += file.clusters.length;
    else for (const path of pathsOf(root, file)) desired.set(path, file.content);
  }
  const existing = new Map(others);
  for (const file of left) {
    for (const path of pathsOf(root, file)) existing.set(path, file);
  }
  // Compile removes or replaces the files that it generated.
  const foreign = new Map([...others].filter(([, content]) => !isWritten(content)));
  const plan = planEach(existing, desired);
  reportInTheWay(foreign, plan.write, report);
  reportUnacknowledged(foreign, { root, rendered }, report);
  return { ...plan, unchanged: plan.unchanged + unchanged };
}

function planEach(existing: OutputMap, desired: ReadonlyMap<string, Text>): WritePlan {
  const changed: (readonly [file: string, text: string])[] = [];
  for (const [file, content] of desired) {
    if (!holds(existing.get(file), content)) changed.push([file, content.text]);
  }
  return {
    write: new Map(changed.sort(([a], [b]) => byText(a, b))),
    remove: surplus(existing, desired).sort(byText),
    unchanged: desired.size - changed.length,
  };
}

/**
 * Reports the files that compile did not generate and would overwrite. A link or file at the path of a folder is in
 * the way too, because a write through a link could reach any file.
 */
function reportInTheWay(
  foreign: OutputMap,
  write: ReadonlyMap<string, string>,
  report: Report,
): void {
  if (foreign.size === 0) return;
  const paths = new Set(write.keys().flatMap(pathsTo));
  for (const [file, content] of foreign) {
    if (!paths.has(file)) continue;
    const why = isConverted(content) ? content.reason : 'regatta compile did not generate it';
    report({
      code: 'write/foreign-file',
      severity: 'error',
      message: `cannot overwrite this file: ${why}`,
      at: { file, line: 1, column: 1 },
      hint: 'move or delete the file',
    });
  }
}

/** Returns the generated files that the compile no longer produces. */
function surplus(existing: OutputMap, desired: ReadonlyMap<string, Text>): string[] {
  const files: string[] = [];
  for (const [file, content] of existing) {
    if (!desired.has(file) && isWritten(content)) files.push(file);
  }
  return files;
}

function holds(content: FileContent | Written | undefined, { digest }: Text): boolean {
  if (typeof content === 'string') return digestOf(content) === digest;
  return content !== undefined && 'digest' in content && content.digest === digest;
}

/** Returns all prefixes of a path: `a`, `a/b` and `a/b/c` for `a/b/c`. */
function pathsTo(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
