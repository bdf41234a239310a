import { basename, dirname } from 'node:path';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import { acknowledgementLines } from '#model/acknowledgement.ts';
import { count } from '../print/compile.ts';
import type { ReviewReport } from './report.ts';

/**
 * Writes a DeletionAcknowledgement of the deletions of a change to a file. If the change deletes nothing, it has
 * been merged, and the file acknowledges the deletions before it. Resolves to a message for the user.
 *
 * @throws Error when there is no deletion, or another file has this name
 */
export async function writeAcknowledgement(
  { verdict, deletedBefore }: Pick<ReviewReport, 'verdict' | 'deletedBefore'>,
  file: string,
): Promise<string> {
  const { deletions } = verdict;
  const all = deletions.length > 0 ? deletions : deletedBefore;
  if (all.length === 0) {
    throw new Error(
      'there are no deletions to acknowledge: name an older commit with --base, or use --live for the deletions that the clusters hold',
    );
  }
  const [directory, name] = [dirname(file), basename(file)];
  const existing = readOwnFiles(directory, [name]).get(name);
  const isOurs = typeof existing === 'string' && /^kind: DeletionAcknowledgement$/m.test(existing);
  if (existing !== undefined && !isOurs)
    throw new Error(`${file} exists and is not a DeletionAcknowledgement`);
  const text = `${acknowledgementLines(all).join('\n')}\n`;
  await changeFiles(directory, { write: new Map([[name, text]]), remove: [] });
  const what = count(all.length, 'deletion');
  return `${file} acknowledges ${what}: give the reason in it, compile, and commit it`;
}
