import { acknowledgedFile, acknowledgedPaths } from '#model/rendered.ts';
import type { GitFile, SourcePort } from '../ports/source.ts';
import { readText } from './read-texts.ts';

/**
 * Reads the paths of files, below a cluster's directory, whose deletion the repository acknowledges.
 *
 * @param files - all files of the directory
 * @throws UnreadError if Git does not return the file that lists them
 */
export async function readAcknowledged(
  source: SourcePort,
  cluster: string,
  files: readonly GitFile[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const oid = files.find(({ path }) => path === `${cluster}/${acknowledgedFile}`)?.oid;
  if (oid === undefined) return new Set();
  return new Set(acknowledgedPaths(await readText(source, oid, signal)));
}
