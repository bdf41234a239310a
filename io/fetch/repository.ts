import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RemoteSource } from '#model/remote-source.ts';
import { listFetched, rewriteAddress } from '../git/commands/queries.ts';
import { archiveFetched, fetchFrom, initialise } from '../git/commands/updates.ts';
import { keepBytes } from '../git/exact-bytes.ts';
import { withinLimit } from '../git/limit.ts';
import { type GitHow, runGit } from '../git/process.ts';
import { records } from '../git/tree.ts';
import { transportOf } from '../git/url.ts';
import { writeFileList } from './file-list.ts';
import { checkUnpacked, maxFiles, maxPackedBytes, tooMany } from './limits.ts';
import { readTar } from './tar.ts';

/** Uses the settings and logins of the user and the machine. */
const settings: GitHow = { settings: 'all' };

/** Maximum size of git's list of files, in bytes: a path has at most 1,024 bytes. */
const maxListing = maxFiles * 1100;

/**
 * Downloads the files of a Git repository at a ref, in the format of `readFileList`. Git uses the
 * user's settings and logins, and never prompts. The list omits submodules.
 *
 * @throws Error with git's message, without credentials; or when the files exceed a limit
 */
export async function downloadRepository(
  { url, ref }: Extract<RemoteSource, { type: 'git' }>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'regatta-fetch-'));
  try {
    await runGit(directory, initialise(), signal);
    const how = { ...settings, transport: await transportFor(url, directory, signal) };
    keepBytes(directory);
    await withinLimit(directory, { maxBytes: maxPackedBytes }, signal, (stop) =>
      runGit(directory, fetchFrom(url, ref), stop, how),
    );
    await checkSize(directory, signal);
    const archive = join(directory, 'files.tar');
    await runGit(directory, archiveFetched(archive), signal);
    return writeFileList(await readTar(readFileSync(archive)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Returns the transport of an address after the user's settings rewrite it.
 *
 * @throws Error unless the transport is https or ssh
 */
async function transportFor(
  url: string,
  directory: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { output } = await runGit(directory, rewriteAddress(url), signal, settings);
  const [address = url] = records(output, '\n');
  const transport = transportOf(address);
  if (/https|ssh/.test(transport)) return transport;
  throw new Error(`transport '${transport}' not allowed`);
}

/** Measures the files before they are unpacked, because compressed data can expand without bound. */
async function checkSize(directory: string, signal: AbortSignal): Promise<void> {
  const { output } = await runGit(directory, listFetched(maxListing), signal).catch((error) => {
    throw /printed more than/.test(error.message) ? new Error(tooMany, { cause: error }) : error;
  });
  // A record is `<mode> <type> <oid> <size>\t<path>`.
  const sizes = records(output, '\0').map((entry) => Number(/ (\d+)\t/.exec(entry)?.[1]));
  checkUnpacked({ files: sizes.length, bytes: sizes.reduce((sum, size) => sum + (size || 0), 0) });
}
