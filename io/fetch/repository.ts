import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RemoteSource } from '#model/remote-source.ts';
import { listFetched, rewriteAddress } from '../git/commands/queries.ts';
import { archiveFetched, fetchFrom, initialise } from '../git/commands/updates.ts';
import { withinLimit } from '../git/limit.ts';
import { type GitHow, runGit } from '../git/process.ts';
import { records } from '../git/tree.ts';
import { transportOf } from '../git/url.ts';
import { writeFileList } from './file-list.ts';
import { checkUnpacked, maxFiles, maxPackedBytes, tooMany } from './limits.ts';
import { readTar } from './tar.ts';

/** Files are to come as they were committed, whatever filters the user and the repository have. */
const attributes =
  '* -filter -text -eol -ident -working-tree-encoding -export-subst -export-ignore\n';

/** The user's settings and logins count. */
const settings: GitHow = { settings: 'all' };

/** How much git may print about so many files: a path takes at most 1,024 bytes of it. */
const maxListing = maxFiles * 1100;

/**
 * The files of a Git repository at a ref, as `readFileList` reads them. Git takes the user's settings
 * and logins, and asks nobody. Submodules are left out.
 *
 * @throws Error in git's words, without credentials; or when the files are too many or too large
 */
export async function downloadRepository(
  { url, ref }: Extract<RemoteSource, { type: 'git' }>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'regatta-fetch-'));
  try {
    await runGit(directory, initialise(), signal);
    const how = { ...settings, transport: await transportFor(url, directory, signal) };
    mkdirSync(join(directory, 'info'), { recursive: true });
    writeFileSync(join(directory, 'info/attributes'), attributes);
    await withinLimit(directory, maxPackedBytes, signal, (stop) =>
      runGit(directory, fetchFrom(url, ref), stop, how),
    ).catch((error: Error) => {
      // The option is the syncer's.
      throw new Error(error.message.replace(': --git-limit', ''), { cause: error });
    });
    await checkSize(directory, signal);
    const archive = join(directory, 'files.tar');
    await runGit(directory, archiveFetched(archive), signal);
    return writeFileList(readTar(readFileSync(archive)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The transport of an address as the user's settings rewrite it, if it is one of a network. */
async function transportFor(
  url: string,
  directory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { output } = await runGit(directory, rewriteAddress(url), signal, settings);
  const [address = url] = records(output.toString(), '\n');
  const transport = transportOf(address);
  if (/https|ssh/.test(transport)) return transport;
  throw new Error(`transport '${transport}' not allowed`);
}

/** Packed, files take any room: they are measured before they are unpacked. */
async function checkSize(directory: string, signal: AbortSignal): Promise<void> {
  const { output } = await runGit(directory, listFetched(maxListing), signal).catch((error) => {
    throw /printed more than/.test(error.message) ? new Error(tooMany, { cause: error }) : error;
  });
  // One record: `<mode> <type> <oid> <size>\t<path>`.
  const sizes = records(output.toString(), '\0').map((entry) =>
    Number(/ (\d+)\t/.exec(entry)?.[1]),
  );
  checkUnpacked({ files: sizes.length, bytes: sizes.reduce((sum, size) => sum + (size || 0), 0) });
}
