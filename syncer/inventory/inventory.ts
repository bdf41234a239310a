/**
 * The inventory: the objects that past turns may have created in one member cluster, and how they left
 * them. As text, it has one line for each object: `<group/Kind/namespace/name> <version> <digest> <fields>`,
 * with `-` for unknown, and ` taken` at the end for an object that the fleet took over from another one. An object
 * that is gone has `departed` and the time in seconds since the epoch in place of the digest and the fields.
 */
import { byText, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { ObjectRef } from '../ports/cluster.ts';

/** How the syncer left one object. */
export interface InventoryEntry {
  /** API version of the last apply, without the group. */
  readonly version: string;
  /** Digest of the applied manifest; '' while it is uncertain. */
  readonly digest: string;
  /** Fingerprint of the fields that Regatta owns (fingerprint.ts); '' while it is uncertain. */
  readonly fields: string;
  /** True if the fleet took the object over from another fleet. Its deletion then needs an acknowledgement. */
  readonly taken?: true;
  /**
   * When the syncer deleted the object, or found that it is gone, in milliseconds since the epoch. The entry stays
   * until a later list confirms that, because a proxy may carry out an earlier write again.
   */
  readonly departedAt?: number;
}

/** Objects that a past turn may have created. Prune deletes no other object. */
export type Inventory = ReadonlyMap<ObjectKey, InventoryEntry>;

const takenWord = 'taken';
const departedWord = 'departed';

/** Returns the text of entries. */
export function formatEntries(entries: Inventory): string {
  return [...entries]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([key, entry]) => {
      const words = [
        escapeKey(key),
        entry.version,
        ...stateWords(entry),
        ...(entry.taken ? [takenWord] : []),
      ];
      return `${words.join(' ')}\n`;
    })
    .join('');
}

function stateWords({ digest, fields, departedAt }: InventoryEntry): readonly string[] {
  if (departedAt === undefined) return [digest || '-', fields || '-'];
  return [departedWord, String(Math.floor(departedAt / 1000))];
}

/**
 * Parses the text of entries.
 *
 * @param where - the ConfigMap that has the text
 * @throws ClusterError if a line is invalid
 */
export function parseEntries(text: string, where: string): Inventory {
  const entries = new Map<ObjectKey, InventoryEntry>();
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [key, version, digest, fields, ...rest] = line.split(' ');
    const hasTime = digest !== departedWord || /^\d{1,12}$/.test(fields ?? '');
    const isWhole = key?.split('/').length === 4 && version && digest && fields && hasTime;
    if (!isWhole || !['', takenWord].includes(rest.join(' '))) {
      throw new ClusterError(
        'rejected',
        `${where} has an invalid inventory entry: ${JSON.stringify(line.slice(0, 200))}`,
      );
    }
    entries.set(unescapeKey(key), {
      version,
      ...stateOf(digest, fields),
      ...(rest.length > 0 && { taken: true }),
    });
  }
  return entries;
}

/** Escapes spaces, which separate words. No part of a key contains a percent sign. */
function escapeKey(key: ObjectKey): string {
  return key.replaceAll(' ', '%20');
}

function unescapeKey(word: string): ObjectKey {
  return word.replaceAll('%20', ' ') as ObjectKey;
}

function stateOf(digest: string, fields: string): Omit<InventoryEntry, 'version'> {
  if (digest !== departedWord) return { digest: known(digest), fields: known(fields) };
  return { digest: '', fields: '', departedAt: Number(fields) * 1000 };
}

function known(word: string): string {
  return word === '-' ? '' : word;
}

/**
 * Reports whether a part of the inventory needs no write, although the fingerprints of some objects may have changed.
 * A correction of drift changes a fingerprint, and no digest. After a restart, an outdated fingerprint costs a dry run
 * of its object.
 */
export function needsNoWrite(entries: Inventory, written: Inventory): boolean {
  if (entries === written) return true;
  if (entries.size !== written.size) return false;
  for (const [key, entry] of entries) if (!sameButFields(entry, written.get(key))) return false;
  return true;
}

function sameButFields(a: InventoryEntry, b: InventoryEntry | undefined): boolean {
  if (a === b) return true;
  if (a.taken !== b?.taken || a.version !== b?.version || a.digest !== b.digest) return false;
  return a.departedAt === b.departedAt && (a.fields === '') === (b.fields === '');
}

/** Merges parts of an inventory. Entries that differ become uncertain. */
export function uniteEntries(parts: readonly Inventory[]): Inventory {
  const united = new Map<ObjectKey, InventoryEntry>();
  for (const [key, entry] of parts.flatMap((part) => [...part])) {
    const other = united.get(key);
    const certain =
      other === undefined || (sameButFields(entry, other) && entry.fields === other.fields);
    const { departedAt: _, ...rest } = entry;
    united.set(key, certain ? entry : keepTaken({ ...rest, digest: '', fields: '' }, other));
  }
  return united;
}

/** Returns the new entry of an object, which stays taken over if it was before. */
export function keepTaken(
  entry: InventoryEntry,
  before: InventoryEntry | undefined,
): InventoryEntry {
  return before?.taken ? { ...entry, taken: true } : entry;
}

/** Returns the reference of an entry's object. */
export function refOf(key: ObjectKey, { version }: InventoryEntry): ObjectRef {
  const [group, kind = '', namespace, name = ''] = key.split('/');
  const apiVersion = group ? `${group}/${version}` : version;
  return namespace ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name };
}
