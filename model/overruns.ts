/**
 * Decides which deletions exceed the budget: reviews before a merge, and the syncer before it deletes. The functions
 * here identify objects by their files in the cluster's directory.
 */
import type { DeletionBudget, DeletionLimits } from './deletion-budget.ts';
import { countRecords, type DeletionRecord } from './deletion-records.ts';
import type { FleetChange } from './fleet-change.ts';
import { shortenedType, typeIn } from './rendered-path.ts';

/** An exceeded limit. */
export interface Overrun {
  /** What the limit counts: `objects`, `namespaces`, or `objects of kind …`. */
  readonly of: string;
  /** Number of deletions within 24 hours, with those that the limit holds. */
  readonly found: number;
  /** Largest number of objects within 24 hours. */
  readonly total: number;
  readonly allowed: number;
  /** Name of the setting in regatta.yaml. */
  readonly setting: string;
  /** Number of deletions that the limit holds. */
  readonly held: number;
  /** Reports whether the limit holds the deletion of a file. */
  holds(file: string): boolean;
}

/** The deletions of one cluster that the budget limits. */
export interface ClusterDeletions {
  /** Files of objects to delete without an acknowledgement. */
  readonly deletions: readonly string[];
  /** Files of all managed objects in the cluster, before the deletions. */
  readonly all: readonly string[];
  /** What was deleted before, within 24 hours. */
  readonly earlier: readonly DeletionRecord[];
}

/** A percentage of a cluster's objects only applies above this number of deletions, which are routine even in a small cluster. */
const routineDeletions = 10;

/**
 * Returns the exceeded limits of the budget for a cluster. An exceeded limit holds all deletions that it counts,
 * because nothing identifies the excess ones. Deletions that are already done count, but cannot be held.
 */
export function overrunsOf(
  { deletions, all, earlier }: ClusterDeletions,
  { cluster, kinds, allNamespaces }: DeletionBudget,
): readonly Overrun[] {
  if (deletions.length === 0) return [];
  const before = countRecords(earlier);
  const whole = { deletions, all, before, limits: cluster, free: routineDeletions };
  const ofCluster = { of: 'objects', setting: 'spec.deletionBudget.cluster', holds: () => true };
  const ofKinds = Object.entries(kinds).flatMap(([kind, limits]) => {
    const isOfType = typeMatcher(kind);
    const holds = (file: string) => isOfType(typeIn(file));
    const counts = { deletions, all, before: countRecords(earlier, isOfType), limits, free: 0 };
    const setting = `spec.deletionBudget.kinds.${kind}`;
    return overrun(counts, { of: `objects of kind ${kind}`, setting, holds });
  });
  const last = allNamespaces ? [] : lastNamespaces({ deletions, all, earlier });
  return [...overrun(whole, ofCluster), ...ofKinds, ...last];
}

/** Returns the exceeded limit on what one change deletes from all clusters. */
export function fleetOverrun(
  { deletions: { length: found }, total }: FleetChange,
  { fleet }: DeletionBudget,
): Omit<Overrun, 'holds'> | undefined {
  const allowed = allowedOf(fleet, total, 0);
  if (found <= allowed) return undefined;
  return { ...ofFleet, found, total, allowed, held: found };
}

/** Name of the setting that limits what one change deletes from all clusters. */
export const fleetSetting = 'spec.deletionBudget.fleet';

const ofFleet = { of: 'objects of the fleet', setting: fleetSetting };

interface Counts {
  readonly deletions: readonly string[];
  readonly all: readonly string[];
  readonly before: ReturnType<typeof countRecords>;
  readonly limits: DeletionLimits;
  /** Number of deletions that are always below a percentage. */
  readonly free: number;
}

type Limit = Pick<Overrun, 'of' | 'setting' | 'holds'>;

function overrun(
  { deletions, all, before, limits, free }: Counts,
  limit: Limit,
): readonly Overrun[] {
  const held = deletions.filter(limit.holds).length;
  const found = held + before.deleted;
  const total = Math.max(all.filter(limit.holds).length, before.size);
  const allowed = allowedOf(limits, total, free);
  return held > 0 && found > allowed ? [{ ...limit, found, total, allowed, held }] : [];
}

/**
 * Returns the number of deletions that all limits allow; infinity without limits.
 *
 * @param free - number of deletions that are always below a percentage
 */
function allowedOf(limits: DeletionLimits, total: number, free: number): number {
  const each = limits.map((limit) => {
    if (typeof limit === 'number') return limit;
    return Math.max(free, Math.floor((Number.parseFloat(limit) * total) / 100));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...each);
}

/** Holds all namespaces and their contents when a change would delete the last of several namespaces. */
function lastNamespaces({ deletions, all, earlier }: ClusterDeletions): readonly Overrun[] {
  const before = countRecords(earlier, (type) => type === namespaceType);
  const deleted = deletions.filter(isNamespace).length;
  const found = deleted + before.deleted;
  const total = Math.max(all.filter(isNamespace).length, before.size);
  if (deleted === 0 || found < 2 || found < total) return [];
  const holds = (file: string) => isNamespace(file) || !file.startsWith('_cluster/');
  const held = deletions.filter(holds).length;
  const setting = 'spec.deletionBudget.allNamespaces';
  return [{ of: 'namespaces', setting, found, total, allowed: total - 1, held, holds }];
}

const namespaceType = 'namespace';

function isNamespace(file: string): boolean {
  return typeIn(file) === namespaceType;
}

/** @param kind - `Kind` of any group, or `group/Kind` */
function typeMatcher(kind: string): (type: string) => boolean {
  const [name = '', group] = kind.toLowerCase().split('/').toReversed();
  if (group === undefined) return (type) => type === name || type.startsWith(`${name}.`);
  const whole = group === '' ? name : `${name}.${group}`;
  return (type) => type === whole || type === shortenedType(whole);
}

/** Describes an exceeded limit, such as `41 of 80 objects in 24 h, allowed 40 (spec.deletionBudget.cluster)`. */
export function describeOverrun({
  found,
  total,
  of,
  allowed,
  setting,
}: Pick<Overrun, 'found' | 'total' | 'of' | 'allowed' | 'setting'>): string {
  const time = setting === fleetSetting ? 'in one change' : 'in 24 h';
  return `${found} of ${total} ${of} ${time}, allowed ${allowed} (${setting})`;
}
