import { parseSettings } from '#compiler/parse/settings.ts';
import type { GitHistory } from '#io/git/history.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import type { Snapshot } from '#model/snapshot.ts';
import { type CompiledCommit, compileCommit } from './compiled-commit.ts';

/** The rendered output of a commit of a fleet repository. */
export interface RenderedCommit {
  readonly commit: string;
  readonly settings: FleetSettings;
  readonly snapshot: Snapshot;
  /** The committed files, if `snapshot` has compiled files in place of stale ones. */
  readonly committed?: Snapshot | undefined;
  /** Texts of compiled files that the commit lacks, by content id; committed files are in Git. */
  readonly compiled: ReadonlyMap<string, string>;
  /** The output of a compile of the sources; absent if they were not compiled. */
  readonly compilation?: CompiledCommit | undefined;
}

/** The error for a commit whose sources have errors, so that it renders nothing. */
export class CompileError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(commit: string, diagnostics: readonly Diagnostic[]) {
    super(`${commit.slice(0, 7)} does not compile`);
    this.diagnostics = diagnostics;
  }
}

/** The settings of a commit, with the faults of its regatta.yaml. */
export interface CommitSettings {
  readonly settings: FleetSettings;
  readonly faults: readonly Diagnostic[];
}

/** Returns the settings of a commit; the defaults if its regatta.yaml is absent or faulty. */
export async function settingsAt(git: GitHistory, commit: string): Promise<CommitSettings> {
  const oid = (await git.ownFiles(commit, [fleetFile])).get(fleetFile);
  const text = oid === undefined ? undefined : (await git.read([oid])).get(oid);
  const faults: Diagnostic[] = [];
  const settings = parseSettings(text, (found) => faults.push(found));
  return { settings, faults: faults.filter(({ severity }) => severity === 'error') };
}

/**
 * Returns the rendered output of a commit: the committed output, or the compiled sources when the
 * commit has no output.
 *
 * @throws CompileError when the sources have errors
 * @throws Error when the committed output has links, which the syncer does not follow
 */
export async function renderedCommit(git: GitHistory, commit: string): Promise<RenderedCommit> {
  const { settings } = await settingsAt(git, commit);
  const snapshot = await snapshotBelow(git, commit, settings.rendered);
  if (snapshot.files.size > 0) return { commit, settings, snapshot, compiled: new Map() };
  return compiledOver({ commit, settings, snapshot, compiled: new Map() }, git);
}

/**
 * Returns the output of a commit as a compile of its sources would leave it.
 *
 * @throws CompileError when the sources have errors
 */
export async function compiledOver(
  { commit, settings, snapshot }: RenderedCommit,
  git: GitHistory,
): Promise<RenderedCommit> {
  const compilation = await compileCommit(git, { commit, settings, snapshot });
  if (!compilation.ok) throw new CompileError(commit, compilation.diagnostics);
  const files = compiledFiles(snapshot, compilation);
  return { commit, settings, compilation, ...files };
}

/**
 * Returns the committed files below a rendered root.
 *
 * @throws Error when there are links among them, which the syncer does not follow
 */
export async function snapshotBelow(
  git: GitHistory,
  commit: string,
  root: string,
): Promise<Snapshot> {
  return { files: await git.ownFiles(commit, [root], `${root}/`) };
}

/** Returns the files below the rendered root after compile has written its output over the committed files. */
export function compiledFiles(
  { files: committed }: Snapshot,
  { files: written, texts, removed }: CompiledCommit,
): Pick<RenderedCommit, 'snapshot' | 'compiled'> {
  const files = new Map(committed);
  for (const path of removed) files.delete(path);
  for (const [path, id] of written) files.set(path, id);
  return { snapshot: { files }, compiled: texts };
}
