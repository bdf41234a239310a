import type { Report } from '#model/diagnostic.ts';
import {
  digestOf,
  type Existing,
  type FileContent,
  indexShared,
  type OutputMap,
  pathsOf,
  type Text,
  type Written,
} from '#model/files.ts';
import { byText } from '#model/object.ts';
import { isOurs } from '#model/rendered.ts';
import { type RenderedFile, withoutText } from './rendered-files.ts';

/** What has to happen on disk so that the output is what was compiled. */
export interface WritePlan {
  /** Texts by path. */
  readonly write: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  /** How many files are as they should be. */
  readonly unchanged: number;
}

/** What is to be below the output folders. */
export interface WantedFiles {
  /** The folder of the clusters' directories. */
  readonly root: string;
  readonly rendered: readonly RenderedFile[];
  /** By path. */
  readonly bindings: ReadonlyMap<string, Text>;
}

/**
 * Compares what is below the output folders with what should be. Only files that compile wrote are
 * overwritten or removed; any other file that stands in the way is reported. Files that clusters
 * share are compared once for all of them, as long as nothing about them has changed.
 */
export function planWrites(
  { intact, others }: Existing,
  { root, rendered, bindings }: WantedFiles,
  report: Report,
): WritePlan {
  const find = indexShared(intact);
  const left = new Set(intact);
  const wanted = new Map(bindings);
  let unchanged = 0;
  for (const file of rendered) {
    const same = find(withoutText(file));
    if (same !== undefined && left.delete(same)) unchanged += file.clusters.length;
    else for (const path of pathsOf(root, file)) wanted.set(path, file.content);
  }
  const existing = new Map(others);
  for (const file of left) {
    for (const path of pathsOf(root, file)) existing.set(path, file);
  }
  const plan = planEach(existing, wanted, report);
  return { ...plan, unchanged: plan.unchanged + unchanged };
}

function planEach(
  existing: OutputMap,
  wanted: ReadonlyMap<string, Text>,
  report: Report,
): WritePlan {
  const isForeign = (file: string): boolean => {
    const content = existing.get(file);
    return content !== undefined && !isWritten(content);
  };
  const changed: (readonly [file: string, text: string])[] = [];
  for (const [file, content] of wanted) {
    if (!holds(existing.get(file), content)) changed.push([file, content.text]);
  }
  // A link or file in the place of a folder is in the way too: writing through a link could end
  // anywhere.
  const inTheWay = new Set(changed.flatMap(([file]) => pathsTo(file)).filter(isForeign));
  for (const file of inTheWay) {
    report({
      code: 'write/foreign-file',
      severity: 'error',
      message: 'compile has to write here, but did not make the file that is there',
      at: { file, line: 1, column: 1 },
      hint: 'move it elsewhere, or delete it',
    });
  }
  return {
    write: new Map(changed.sort(([a], [b]) => byText(a, b))),
    remove: surplus(existing, wanted).sort(byText),
    unchanged: wanted.size - changed.length,
  };
}

/** What compile wrote and is not wanted any more. */
function surplus(existing: OutputMap, wanted: ReadonlyMap<string, Text>): string[] {
  const files: string[] = [];
  for (const [file, content] of existing) {
    if (!wanted.has(file) && isWritten(content)) files.push(file);
  }
  return files;
}

/** Whether compile wrote what is there. */
function isWritten(content: FileContent | Written): boolean {
  return typeof content === 'string' ? isOurs(content) : 'digest' in content;
}

function holds(content: FileContent | Written | undefined, { digest }: Text): boolean {
  if (typeof content === 'string') return digestOf(content) === digest;
  return content !== undefined && 'digest' in content && content.digest === digest;
}

/** `a/b/c`: `a`, `a/b`, `a/b/c`. */
function pathsTo(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
