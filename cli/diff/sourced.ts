import { blobId, type GitHistory } from '#io/git/history.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import type { ChangedFile } from '#model/snapshot.ts';
import { fileOf } from '#review/manifests.ts';
import { isSourceFile } from '../fleet/read.ts';
import { type CompiledCommit, compileCommit } from './compiled-commit.ts';

/** Returns why the sources do not account for a file of a commit below a rendered root; undefined if they do. */
export type UnsourcedReason = (root: string, file: ChangedFile) => string | undefined;

/**
 * Compares files of a commit with what its sources render.
 *
 * @param compiled - what the sources render, if the caller has compiled them already
 */
export async function unsourcedAt(
  git: GitHistory,
  commit: string,
  compiled?: CompiledCommit,
): Promise<UnsourcedReason> {
  const { ok, output } = compiled ?? (await compileCommit(git, commit));
  return (root, { cluster, path, after }) => {
    if (after === undefined) return undefined;
    if (!ok) return 'its sources do not compile, so that no source accounts for it';
    const file = output.get(`${root}/${cluster}/${fileOf(path)}`);
    if (file === undefined) return 'no source renders this file';
    return blobId(file.text, commit) === after ? undefined : 'no source renders this content';
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
