import type { GitHistory } from '#io/git/history.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Text } from '#model/files.ts';
import { compileDirectory } from '../fleet/compile.ts';

/** What the sources of a commit render. */
export interface CompiledCommit {
  readonly commit: string;
  /** Whether the sources have no errors. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that compile writes, by path; empty if the sources have errors. */
  readonly output: ReadonlyMap<string, Text>;
  /** Paths of the committed files that compile removes. */
  readonly removed: readonly string[];
}

/** Compiles a commit in a temporary work tree, and changes nothing. */
export function compileCommit(git: GitHistory, commit: string): Promise<CompiledCommit> {
  return git.withFiles(commit, async (directory) => {
    const { ok, output, changed, diagnostics } = await compileDirectory(directory, { check: true });
    const written = output();
    const removed = changed.filter((path) => !written.has(path));
    return { commit, ok, diagnostics, output: written, removed };
  });
}
