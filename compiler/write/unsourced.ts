import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { FileContent, OutputMap, Text, Written } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { acknowledgedFile, isManifest } from '#model/rendered.ts';
import { type RenderedFile, renderedTree } from './rendered-files.ts';
import { isWritten } from './written.ts';

/**
 * Returns an error for each file below a rendered root that a syncer would apply although no source renders
 * it.
 *
 * @param root - `isOwn` if compile writes there, and thus removes the files that it generated
 */
export function findUnsourced(
  existing: OutputMap,
  root: { readonly path: string; readonly isOwn: boolean },
): readonly Diagnostic[] {
  const isUnsourced = ([file, content]: Entry) => {
    const path = pathInCluster(file, root.path);
    return path !== undefined && isManifest(path) && !(root.isOwn && isWritten(content));
  };
  return entriesOf(existing)
    .filter(isUnsourced)
    .map(([file]) => ({
      code: 'write/unsourced',
      severity: 'error',
      message: 'no source renders this file',
      at: { file, line: 1, column: 1 },
      hint: 'render it from a template, delete it, or set spec.unsourced: Allow in an earlier change',
    }));
}

/**
 * Reports each file that exempts deletions from the syncer's budget although no DeletionAcknowledgement
 * lists them.
 *
 * @param rendered - the files that compile writes
 */
export function reportUnacknowledged(
  existing: OutputMap,
  { root, rendered }: { readonly root: string; readonly rendered: readonly RenderedFile[] },
  report: Report,
): void {
  const allowing = rendered.filter(({ path }) => path === acknowledgedFile);
  const output = renderedTree(allowing, root);
  for (const [file, content] of entriesOf(existing)) {
    if (pathInCluster(file, root) !== acknowledgedFile) continue;
    if (isCovered(content, output.get(file))) continue;
    report({
      code: 'write/acknowledged',
      severity: 'error',
      message:
        'no DeletionAcknowledgement lists the deletions that this file exempts from the budget',
      at: { file, line: 1, column: 1 },
      hint: 'commit a DeletionAcknowledgement and compile again, or delete the file',
    });
  }
}

/** Reports whether compile writes each line of an existing file. */
function isCovered(content: FileContent | Written, output: Text | undefined): boolean {
  if (typeof content !== 'string') return 'digest' in content && content.digest === output?.digest;
  const allowed = new Set(output?.text.split('\n'));
  return content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .every((line) => line === '' || line.startsWith('#') || allowed.has(line));
}

type Entry = readonly [file: string, content: FileContent | Written];

function entriesOf(existing: OutputMap): readonly Entry[] {
  return [...existing].sort(([a], [b]) => byText(a, b));
}

/** Returns the path of a file below its cluster's directory; undefined if it is in no such directory. */
function pathInCluster(file: string, root: string): string | undefined {
  if (!file.startsWith(`${root}/`)) return undefined;
  const [, ...below] = file.slice(root.length + 1).split('/');
  return below.length === 0 ? undefined : below.join('/');
}
