import { objectId } from './commands/command.ts';
import { records } from './tree.ts';

/** A file that a commit adds, changes or deletes. */
interface RecentFile {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'deleted';
  /** Content id after the commit; undefined if the commit deletes the file. */
  readonly after: string | undefined;
}

/** The changes of one commit of a branch. */
export interface RecentChange {
  /** Time of the commit, in milliseconds since the epoch. */
  readonly at: number;
  readonly files: readonly RecentFile[];
}

/** Letter of `git log --raw` → change. A letter for another type of file counts as a change. */
const changeOf: Readonly<Record<string, RecentFile['change']>> = { A: 'added', D: 'deleted' };

/**
 * Parses the output of `git log --raw -z` with the format of `queries.logChanges`, in the order of the output.
 *
 * @throws Error when the output is truncated
 */
export function parseRecentChanges(output: Buffer): readonly RecentChange[] {
  const changes: { at: number; files: RecentFile[] }[] = [];
  const fields = records(output, '\0').values();
  for (const field of fields) {
    const [, seconds] = /^\n?@(\d+)$/.exec(field) ?? [];
    if (seconds !== undefined) {
      changes.push({ at: Number(seconds) * 1000, files: [] });
      continue;
    }
    const [, oid = '', letter = ''] = /^\n?:\d{6} \d{6} \w+ (\w+) ([A-Z])$/.exec(field) ?? [];
    const path = fields.next().value;
    const change = changeOf[letter] ?? 'changed';
    if (letter === '' || path === undefined)
      throw new Error('git log printed an incomplete record');
    const after = change === 'deleted' ? undefined : objectId(oid);
    changes.at(-1)?.files.push({ path, change, after });
  }
  return changes;
}
