import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileContent, FileMap } from '#model/files.ts';
import type { RemoteSource } from '#model/remote-source.ts';
import { archiveFetched, fetchFrom, initialise } from '../git-commands.ts';
import { withinLimit } from '../git-limit.ts';
import { type GitHow, runGit } from '../git-process.ts';
import { maxBytes } from './blobs.ts';
import { readTar } from './tar.ts';

/** Files are to come as they were committed, whatever filters the user and the repository have. */
const attributes =
  '* -filter -text -eol -ident -working-tree-encoding -export-subst -export-ignore\n';

const how: GitHow = { environment: { GIT_ALLOW_PROTOCOL: 'https:http:ssh' } };

/**
 * The files of a Git repository at a ref, as a list in JSON: the same files, the same bytes. Git
 * takes the user's settings and logins, and asks nobody. Submodules are left out.
 *
 * @throws Error in git's words, without credentials
 */
export async function downloadRepository(
  { url, ref }: Extract<RemoteSource, { type: 'git' }>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'regatta-fetch-'));
  try {
    await runGit(directory, initialise(), signal, how);
    mkdirSync(join(directory, 'info'), { recursive: true });
    writeFileSync(join(directory, 'info/attributes'), attributes);
    await withinLimit(directory, maxBytes, signal, (stop) =>
      runGit(directory, fetchFrom(url, ref), stop, how),
    ).catch((error: Error) => {
      // The option is the syncer's.
      throw new Error(error.message.replace(': --git-limit', ''), { cause: error });
    });
    const archive = join(directory, 'files.tar');
    await runGit(directory, archiveFetched(archive), signal, how);
    return listOf(readTar(readFileSync(archive)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function listOf(files: FileMap): Uint8Array {
  return Buffer.from(JSON.stringify([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The files that `downloadRepository` has listed. */
export function listedFiles(blob: Uint8Array): FileMap {
  const list = JSON.parse(Buffer.from(blob).toString()) as readonly (readonly [
    string,
    FileContent,
  ])[];
  return new Map(list);
}
