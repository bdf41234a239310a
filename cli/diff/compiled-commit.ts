import { isError } from '#compiler/verdict.ts';
import type { GitHistory } from '#io/git/history.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { compileDirectory } from '../fleet/compile.ts';
import { CommittedFolder, noOutput } from './committed-folder.ts';

/** The output that the sources of a commit render. */
export interface CompiledCommit {
  /** Whether the sources have no errors. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Content ids of all rendered files, by path below the rendered root; empty if the sources have errors. */
  readonly files: ReadonlyMap<string, string>;
  /** Texts of the rendered files whose contents are not among the committed files, by content id. */
  readonly texts: ReadonlyMap<string, string>;
  /** Paths below the rendered root of the committed files that compile removes. */
  readonly removed: readonly string[];
}

/** A commit with its committed rendered files. */
interface Committed {
  readonly commit: string;
  readonly settings: FleetSettings;
  readonly snapshot: Snapshot;
  readonly committed?: Snapshot | undefined;
}

/** Compiles a commit in a temporary work tree, and changes nothing. */
export async function compileCommit(git: GitHistory, commit: Committed): Promise<CompiledCommit> {
  const compiled = await compileFiles(git, commit, { except: commit.settings.rendered });
  // An error may be a source that reads rendered files, which the work tree then must have.
  return compiled.diagnostics.some(isError) ? compileFiles(git, commit, {}) : compiled;
}

/**
 * @param except - a folder that the work tree lacks. Git writes the tens of thousands of rendered files more
 * slowly than
 *   compile compares their ids.
 */
function compileFiles(
  git: GitHistory,
  { commit, settings, snapshot, committed = snapshot }: Committed,
  { except }: { readonly except?: string },
): Promise<CompiledCommit> {
  const root = settings.rendered;
  return git.withFiles({ commit, except }, async (directory) => {
    const rendered = new CommittedFolder(git, { commit, root, files: committed.files });
    const result = await compileDirectory(directory, { check: true, rendered });
    const { ok, diagnostics } = result;
    const { files, texts } = ok ? rendered.output : noOutput;
    const below = result.changed.filter((path) => path.startsWith(`${root}/`));
    const changed = below.map((path) => path.slice(root.length + 1));
    return { ok, diagnostics, files, texts, removed: changed.filter((path) => !files.has(path)) };
  });
}
