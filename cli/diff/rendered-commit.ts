import { parseSettings } from '#compiler/parse/settings.ts';
import { blobId, type GitHistory } from '#io/git/history.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import { type FleetSettings, fleetFile } from '#model/fleet.ts';
import type { Snapshot } from '#review/snapshot.ts';
import { compileDirectory } from '../fleet/compile.ts';
import { readSettings } from '../fleet/read.ts';

/** The rendered output of a commit of a fleet repository. */
export interface RenderedCommit {
  readonly commit: string;
  readonly settings: FleetSettings;
  readonly snapshot: Snapshot;
  /** Texts of compiled files, by content id; committed files are in Git. */
  readonly compiled: ReadonlyMap<string, string>;
}

/** The error for a commit whose sources have errors, so that it renders nothing. */
export class CompileError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(commit: string, diagnostics: readonly Diagnostic[]) {
    super(`${commit.slice(0, 7)} does not compile`);
    this.diagnostics = diagnostics;
  }
}

/**
 * Returns the rendered output of a commit: the committed output, or the compiled sources when the
 * commit has no output.
 *
 * @throws CompileError when the sources have errors
 * @throws Error when the committed output has links, which the syncer does not follow
 */
export async function renderedCommit(git: GitHistory, commit: string): Promise<RenderedCommit> {
  const settings = await settingsAt(git, commit);
  const files = await git.ownFiles(commit, [settings.rendered]);
  if (files.size === 0) return git.withFiles(commit, (directory) => compiled(directory, commit));
  const below = settings.rendered.length + 1;
  const entries = [...files].map(([path, oid]) => [path.slice(below), oid] as const);
  return { commit, settings, snapshot: { files: new Map(entries) }, compiled: new Map() };
}

async function settingsAt(git: GitHistory, commit: string): Promise<FleetSettings> {
  const oid = (await git.ownFiles(commit, [fleetFile])).get(fleetFile);
  const text = oid === undefined ? undefined : (await git.read([oid])).get(oid);
  return parseSettings(text, () => {});
}

async function compiled(directory: string, commit: string): Promise<RenderedCommit> {
  const { ok, output, diagnostics } = await compileDirectory(directory, { check: true });
  if (!ok) throw new CompileError(commit, diagnostics);
  const settings = readSettings(directory);
  const prefix = `${settings.rendered}/`;
  const ids = new Map<string, string>();
  const texts = new Map<string, string>();
  const files = new Map<string, string>();
  for (const [path, { digest, text }] of output()) {
    if (!path.startsWith(prefix)) continue;
    const id = ids.get(digest) ?? blobId(text, commit);
    ids.set(digest, id);
    texts.set(id, text);
    files.set(path.slice(prefix.length), id);
  }
  return { commit, settings, snapshot: { files }, compiled: texts };
}
