import { readSourceLock } from '#compiler/parse/lock.ts';
import { changeFiles, readOwnFiles } from '#io/files/files.ts';
import { fleetFile } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import type { FetchFault, SourceLock } from '#model/remote-source.ts';
import { checkLock } from './lock-text.ts';
import { readSettings, readSources } from './read.ts';

/** What a `regatta lock` came to. */
export interface LockResult {
  /** What is other in the lock, an entry a line. */
  readonly lines: readonly string[];
  /** Entries that no template names, as far as templates can be read. */
  readonly unused: readonly string[];
  /** Why something is not locked. With any, nothing is written. */
  readonly faults: readonly string[];
}

/**
 * Fetches what the templates of a repository take from the network, and writes its digests into
 * regatta.lock.
 *
 * @param options - `update`: also of what is locked already
 * @throws Error when `directory` is none, when it does not allow the network, or its lock has a fault
 */
export async function lockDirectory(
  directory: string,
  { update }: { readonly update: boolean },
): Promise<LockResult> {
  const settings = readSettings(directory);
  if (settings.network === 'Deny') {
    throw new Error(`${fleetFile} does not say network: Allow, so that nothing is to be locked`);
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
  if (fault.type === 'failed') return `it cannot be fetched: ${fault.message}`;
  if (fault.type === 'former-format') {
    return 'its digest has the format of an earlier Regatta; --update replaces it';
  }
  return `it is ${fault.digest} now; --update takes that`;
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
