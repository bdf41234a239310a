/**
 * How much may go from one cluster at once: `spec.sync.deletions`. Reviews look at it beforehand,
 * the syncer before it deletes. Objects are told by their files in the cluster's directory.
 */
import type { PruneBudget, SyncSettings } from './sync-settings.ts';

/** A limit that is not kept. */
export interface Overrun {
  /** What it counts: `objects`, `namespaces`, or the kind that it is of. */
  readonly of: string;
  readonly found: number;
  readonly total: number;
  readonly allowed: number;
  /** In the words of the setting: `2`, `50 %`. */
  readonly limit: string;
  /** Its name in regatta.yaml. */
  readonly setting: string;
  /** Whether a file is one of those that it holds back. */
  holds(file: string): boolean;
}

/** Up to so many deletions are everyday work, whatever their share: the percentage is for more. */
const everyday = 10;

/**
 * What of the budget is exceeded. An exceeded limit holds back all that it counts, as there is no
 * telling which of them are meant; that of all objects comes alone.
 *
 * @param doomed - files of objects that are to go
 * @param all - files of all objects of ours that are there
 */
export function overrunsOf(
  doomed: readonly string[],
  all: readonly string[],
  { kinds, allNamespaces, ...whole }: SyncSettings['deletions'],
): readonly Overrun[] {
  const given = { doomed, all, holds: () => true };
  const ofAll = { of: 'objects', free: everyday, setting: 'spec.sync.deletions' };
  const overall = overrun({ ...given, ...ofAll, budget: whole });
  if (overall.length > 0) return overall;
  const byKind = Object.entries(kinds).flatMap(([kind, budget]) => {
    const holds = (file: string) => isOfKind(file, kind);
    const setting = 'spec.sync.deletions.kinds';
    return overrun({ ...given, of: kind, free: 0, setting, budget, holds });
  });
  return [...byKind, ...(allNamespaces ? [] : lastNamespaces(doomed, all))];
}

interface Count extends Pick<Overrun, 'of' | 'setting' | 'holds'> {
  readonly doomed: readonly string[];
  readonly all: readonly string[];
  readonly budget: PruneBudget;
  /** So many may go without a look at the percentage. */
  readonly free: number;
}

function overrun({ doomed, all, budget, free, ...told }: Count): readonly Overrun[] {
  const found = doomed.filter(told.holds).length;
  const total = all.filter(told.holds).length;
  const { count, percent } = budget;
  const over = { ...told, found, total };
  if (count !== undefined && found > count) return [{ ...over, allowed: count, limit: `${count}` }];
  if (percent === undefined) return [];
  const allowed = Math.max(free, Math.floor((percent * total) / 100));
  return found > allowed ? [{ ...over, allowed, limit: `${percent} %` }] : [];
}

/** When all of several namespaces would go: no namespace may, and nothing in them either. */
function lastNamespaces(doomed: readonly string[], all: readonly string[]): readonly Overrun[] {
  const count = (files: readonly string[]) => files.filter(isNamespace).length;
  const [found, total] = [count(doomed), count(all)];
  if (found < 2 || found < total) return [];
  const holds = (file: string) => isNamespace(file) || !file.startsWith('_cluster/');
  const allowed = total - 1;
  const told = {
    of: 'namespaces',
    limit: `${allowed}`,
    setting: 'spec.sync.deletions.allNamespaces',
  };
  return [{ ...told, found, total, allowed, holds }];
}

function isNamespace(file: string): boolean {
  return file.startsWith('_cluster/namespace_');
}

/** @param kind - `Kind` of any group, or `group/Kind` */
function isOfKind(file: string, kind: string): boolean {
  const [, type = ''] = /^[^/]*\/([^_]*)_/.exec(file) ?? [];
  const [name = '', group] = kind.toLowerCase().split('/').toReversed();
  if (group === undefined) return type === name || type.startsWith(`${name}.`);
  return type === (group === '' ? name : `${name}.${group}`);
}
