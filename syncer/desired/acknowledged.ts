import { acknowledgedFile } from '#model/rendered.ts';
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
  const text = await readText(source, oid, signal);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}
