import { readSourceLock } from '#compiler/parse/lock.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';
import type { FetchFault, SourceLock } from '#model/remote-source.ts';
import { checkLock } from './lock-text.ts';
import { readSettings, readSources } from './read.ts';

/** The result of `regatta lock`. */
export interface LockResult {
  /** Changes of the lock, one entry per line. */
  readonly lines: readonly string[];
  /** Entries that no readable template names. */
  readonly unused: readonly string[];
  /** The reasons why charts or bases could not be locked. If there is one, `lock` writes nothing. */
  readonly faults: readonly string[];
}

/**
 * Fetches the remote charts and bases of a repository and writes their digests into regatta.lock.
 *
 * @param options - with `update`, it also fetches entries again that have a digest
 * @throws Error when `directory` is not a directory, its settings deny the network, or its lock has a fault
 */
export async function lockDirectory(
  directory: string,
  { update }: { readonly update: boolean },
): Promise<LockResult> {
  const settings = readSettings(directory);
  if (settings.network === 'Deny') {
    throw new Error(`cannot lock remote sources: ${fleetFile} does not set network: Allow`);
  }
  const files = readOwnFiles(directory, [lockFile]);
  const given = files.get(lockFile);
  if (given !== undefined) checkLock(typeof given === 'string' ? given : '');
  const fetching = update ? 'all' : 'unlocked';
  const { sources, fetchFaults, asked } = await readSources(directory, settings, fetching);
  const faults = [...fetchFaults].map(([key, fault]) => `${key}: ${reasonOf(fault)}`);
  if (faults.length > 0) return { lines: [], unused: [], faults };
  const text = sources.get(lockFile);
  if (typeof text === 'string' && text !== given) {
    checkLock(text);
    await changeFiles(directory, { write: new Map([[lockFile, text]]), remove: [] });
  }
  const locked = readSourceLock(sources);
  const unused = [...locked.keys()].filter((key) => !asked.has(key));
  return { lines: changesIn(readSourceLock(files), locked), unused, faults };
}

function reasonOf(fault: FetchFault): string {
  if (fault.type === 'failed') return `fetch failed: ${fault.message}`;
  if (fault.type === 'former-format') {
    return 'the digest has the format of an earlier Regatta; replace it with --update';
  }
  return `the digest is now ${fault.digest}; accept it with --update`;
}

function changesIn(before: SourceLock, after: SourceLock): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === is) return [];
    if (is === undefined) return [`removed ${key}`];
    return [was === undefined ? `added ${key} ${is}` : `changed ${key} ${was} → ${is}`];
  });
}
