import type { GitHistory } from '#io/git/history.ts';
import { commitOfWorkTree, type UncommittedFile, uncommittedFiles } from '#io/git/work-tree.ts';
import { type FleetSettings, sourceRoots } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { isAtOrBelow } from '#model/folder.ts';
import { lockFile } from '#model/image-lock.ts';
import { readSettings } from '../fleet/read.ts';

/** Maximum time for the Git commands that read the work tree, in milliseconds. */
const timeoutMs = 300_000;

/** The later side of a comparison. */
interface ComparedHead {
  readonly head: string;
  /** A sentence about uncommitted files, if there are such files. */
  readonly uncommitted: readonly string[];
}

/**
 * Returns the commit to compare: the one that a name resolves to; without a name, one of the work tree if it has
 * uncommitted files, or else HEAD.
 *
 * @throws Error when the name does not resolve to a commit of this clone
 */
export async function headOf(
  git: GitHistory,
  directory: string,
  name: string | undefined,
): Promise<ComparedHead> {
  const signal = AbortSignal.timeout(timeoutMs);
  const [head, newest] = [await git.resolve(name ?? 'HEAD'), await git.resolve('HEAD')];
  if (head !== newest) return { head, uncommitted: [] };
  const settings = readSettings(directory);
  const files = (await uncommittedFiles(directory, signal)).filter((file) =>
    isOfFleet(file, settings),
  );
  if (files.length === 0) return { head, uncommitted: [] };
  const names = listed(files.map(({ path }) => path));
  if (name !== undefined) {
    return { head, uncommitted: [`uncommitted files are not compared: ${names}`] };
  }
  return {
    head: await commitOfWorkTree(directory, signal),
    uncommitted: [`the work tree is compared, with its uncommitted files: ${names}`],
  };
}

/** Reports whether a file can be a part of the fleet: one that git knows, or a new one in a folder of the fleet. */
function isOfFleet({ path, isTracked }: UncommittedFile, settings: FleetSettings): boolean {
  const { rendered, bindings } = settings;
  const folders = [...sourceRoots(settings), rendered, bindings, fleetFile, lockFile];
  return isTracked || folders.some((folder) => isAtOrBelow(path, folder));
}

/** Maximum number of names in a sentence. */
const shownNames = 10;

function listed(names: readonly string[]): string {
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
  return `${names.slice(0, shownNames).join(', ')}${more}`;
}
