/**
 * The deletion budget of one cluster, `spec.sync.deletions`. Reviews check it before a merge, and the syncer
 * before it deletes. The functions here identify objects by their files in the cluster's directory.
 */
import { shortenedType, typeIn } from './rendered-path.ts';
import type { PruneBudget, SyncSettings } from './sync-settings.ts';

/** An exceeded limit. */
export interface Overrun {
  /** What the limit counts: `objects`, `namespaces`, or a kind. */
  readonly of: string;
  readonly found: number;
  readonly total: number;
  readonly allowed: number;
  /** The limit for display, such as `2` or `50 %`. */
  readonly limit: string;
  /** Name of the setting in regatta.yaml. */
  readonly setting: string;
  /** Reports whether the limit holds back the deletion of a file. */
  holds(file: string): boolean;
}

/** The percentage only applies above this number of deletions, which are routine even in a small cluster. */
const routineDeletions = 10;

/**
 * Returns the exceeded limits of the budget. An exceeded limit holds back all deletions that it
 * counts, because nothing identifies the excess ones. If the limit for all objects is exceeded,
 * it is the only result.
 *
 * @param deletions - files of objects to delete
 * @param all - files of all managed objects in the cluster
 */
export function overrunsOf(
  deletions: readonly string[],
  all: readonly string[],
  { kinds, allNamespaces, ...whole }: SyncSettings['deletions'],
): readonly Overrun[] {
  const given = { deletions, all, holds: () => true };
  const ofAll = { of: 'objects', free: routineDeletions, setting: 'spec.sync.deletions' };
  const overall = overrun({ ...given, ...ofAll, budget: whole });
  if (overall.length > 0) return overall;
  const byKind = Object.entries(kinds).flatMap(([kind, budget]) => {
    const holds = (file: string) => isOfKind(file, kind);
    const setting = 'spec.sync.deletions.kinds';
    return overrun({ ...given, of: kind, free: 0, setting, budget, holds });
  });
  return [...byKind, ...(allNamespaces ? [] : lastNamespaces(deletions, all))];
}

interface Count extends Pick<Overrun, 'of' | 'setting' | 'holds'> {
  readonly deletions: readonly string[];
  readonly all: readonly string[];
  readonly budget: PruneBudget;
  /** Number of deletions that are always below the percentage. */
  readonly free: number;
}

function overrun({ deletions, all, budget, free, ...limit }: Count): readonly Overrun[] {
  const found = deletions.filter(limit.holds).length;
  const total = all.filter(limit.holds).length;
  const { count, percent } = budget;
  const over = { ...limit, found, total };
  if (count !== undefined && found > count) return [{ ...over, allowed: count, limit: `${count}` }];
  if (percent === undefined) return [];
  const allowed = Math.max(free, Math.floor((percent * total) / 100));
  return found > allowed ? [{ ...over, allowed, limit: `${percent} %` }] : [];
}

/** Holds back all namespaces and their contents when a change would delete the last of several namespaces. */
function lastNamespaces(deletions: readonly string[], all: readonly string[]): readonly Overrun[] {
  const count = (files: readonly string[]) => files.filter(isNamespace).length;
  const [found, total] = [count(deletions), count(all)];
  if (found < 2 || found < total) return [];
  const holds = (file: string) => isNamespace(file) || !file.startsWith('_cluster/');
  const allowed = total - 1;
  const exceeded = {
    of: 'namespaces',
    limit: `${allowed}`,
    setting: 'spec.sync.deletions.allNamespaces',
  };
  return [{ ...exceeded, found, total, allowed, holds }];
}

function isNamespace(file: string): boolean {
  return file.startsWith('_cluster/namespace_');
}

/** @param kind - `Kind` of any group, or `group/Kind` */
function isOfKind(file: string, kind: string): boolean {
  const type = typeIn(file);
  const [name = '', group] = kind.toLowerCase().split('/').toReversed();
  if (group === undefined) return type === name || type.startsWith(`${name}.`);
  const whole = group === '' ? name : `${name}.${group}`;
  return type === whole || type === shortenedType(whole);
}
