import type { GitHistory } from '#io/git/history.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import type { ChangedFile } from '#model/snapshot.ts';
import { fileOf } from '#review/manifests.ts';
import { isSourceFile } from '../fleet/read.ts';
import { compileCommit } from './compiled-commit.ts';
import type { RenderedCommit } from './rendered-commit.ts';

/** Returns why the sources do not account for a file of a commit below a rendered root; undefined if they do. */
export type UnsourcedReason = (root: string, file: ChangedFile) => string | undefined;

/** Compares files of a commit with what its sources render. Compiles them unless the caller has done so. */
export async function unsourcedAt(
  git: GitHistory,
  commit: RenderedCommit,
): Promise<UnsourcedReason> {
  const { ok, files } = commit.compilation ?? (await compileCommit(git, commit));
  const { rendered } = commit.settings;
  return (root, { cluster, path, after }) => {
    if (after === undefined) return undefined;
    if (!ok) return 'the sources do not compile, so none of them accounts for this file';
    const id = root === rendered ? files.get(`${cluster}/${fileOf(path)}`) : undefined;
    if (id === undefined) return 'no source renders this file';
    return id === after ? undefined : 'no source renders this content';
  };
}

/** Reports whether a commit has a source. Without one, people write the rendered directories. */
export async function hasSources(
  git: GitHistory,
  commit: string,
  settings: FleetSettings,
): Promise<boolean> {
  const files = await git.files(commit, sourceRoots(settings));
  return files.keys().some(isSourceFile);
}
