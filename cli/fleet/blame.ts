import { relative, resolve } from 'node:path';
import { type BlamedLine, blame } from '#compiler/explain/blame.ts';
import { decisionFor } from '#compiler/explain/file.ts';
import { readOwnFiles } from '#io/files/files.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import { decideDirectory } from './read.ts';

export interface BlamedFile {
  readonly lines: readonly BlamedLine[];
  /** The file is missing, or holds something else. */
  readonly isStale: boolean;
  /** What is wrong with the repository: then compile writes nothing. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Where each line of a rendered file comes from.
 *
 * @param file - from where the user stands, or from the repository
 * @throws Error when compile writes no such file
 */
export async function blameFile(
  directory: string,
  file: string,
  profile: Profile,
): Promise<BlamedFile> {
  const { decisions, diagnostics } = await decideDirectory(directory, profile);
  const standing = relative(resolve(directory), resolve(file));
  const isBelow = standing.startsWith(`${decisions.settings.rendered}/`);
  const path = isBelow ? standing : file.replace(/^(\.\/)+/, '');
  const { lines, text } = blame(decisionFor(path, decisions), decisions);
  return { lines, isStale: readOwnFiles(directory, [path]).get(path) !== text, diagnostics };
}
