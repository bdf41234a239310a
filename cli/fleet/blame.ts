import { relative, resolve } from 'node:path';
import { type BlamedLine, blame } from '#compiler/explain/blame.ts';
import { decisionFor } from '#compiler/explain/file.ts';
import { readOwnFiles } from '#io/files/files.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { Profile } from '#model/policy.ts';
import { decideDirectory } from './decide.ts';
import { readSettings } from './read.ts';

/** The origins of the lines of a rendered file. */
export interface BlamedFile {
  readonly lines: readonly BlamedLine[];
  /** Whether the file is missing or differs from the compiled output. */
  readonly isStale: boolean;
  /** Diagnostics of the repository. If one of them is an error, compile writes nothing. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns the origin of each line of a rendered file.
 *
 * @param file - path relative to the working directory or to the repository
 * @throws NoSuchObjectError when compile does not write the file
 */
export async function blameFile(
  directory: string,
  file: string,
  profile: Profile,
): Promise<BlamedFile> {
  const fromDirectory = relative(resolve(directory), resolve(file));
  const isBelow = fromDirectory.startsWith(`${readSettings(directory).rendered}/`);
  const path = isBelow ? fromDirectory : file.replace(/^(\.\/)+/, '');
  const { decisions, diagnostics } = await decideDirectory(directory, profile, {
    shown: (decisions) => [decisionFor(path, decisions).binding.template],
  });
  const { lines, text } = blame(decisionFor(path, decisions), decisions);
  return { lines, isStale: readOwnFiles(directory, [path]).get(path) !== text, diagnostics };
}
