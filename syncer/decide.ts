import { gvkOf, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Overrun } from '#model/overruns.ts';
import type { SyncerSettings } from '#model/sync-settings.ts';
import { changesBehind } from './changes-behind.ts';
import { ClusterError } from './cluster-error.ts';
import type { Desired } from './desired/desired.ts';
import { type Inventory, refOf } from './inventory/inventory.ts';
import type { Member } from './member.ts';
import { groupName } from './object-ref.ts';
import { groupKind } from './observe/group-kind.ts';
import { type DeletionMemory, parseMemory, recall, remember } from './plan/deletion-memory.ts';
import { departuresAt, isUnconfirmed } from './plan/departures.ts';
import { enforceDeletionBudget } from './plan/guard.ts';
import { holdUnproven } from './plan/hold-unproven.ts';
import { type ActionOutcome, done, failure } from './plan/outcome.ts';
import { type Action, planSync } from './plan/plan.ts';
import { exclude, type Readable, restrictToReadable } from './plan/readable.ts';
import { refuseReserved } from './plan/refuse-reserved.ts';
import { applySuspensions } from './plan/suspensions.ts';
import { holdTaken } from './plan/taken.ts';
import type { KindRef } from './ports/cluster.ts';

/** The planned actions of a turn, and the state from which the syncer decided them. */
export interface Decision {
  /** Settings of the desired commit. */
  readonly settings: SyncerSettings;
  readonly inventory: Inventory;
  readonly readable: Readable;
  readonly plan: readonly Action[];
  /** Exceeded limits of the deletion budget. */
  readonly overruns: readonly Overrun[];
  /** The deletions that the inventory must record before the turn acts. */
  readonly memory: DeletionMemory;
  /** The commit from which on changes may have deleted objects that the cluster still has. */
  readonly pendingSince: string;
  /** Time of the decision by the clock of the API server, in milliseconds since the epoch. */
  readonly now: number;
  /** Kinds that the cluster does not serve yet. */
  readonly unknown: readonly KindRef[];
}

/**
 * Observes a cluster and plans the turn, without writing anything.
 *
 * @throws ClusterError if the cluster does not answer or its inventory is invalid
 */
export async function decide(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<Decision> {
  const { settings } = desired;
  const inventory = await member.inventory(stop);
  member.cache.markStale(dueForConfirmation(member, inventory));
  const kinds = kindsOf(desired, inventory);
  const unknown = await member.timed('observe', () => observe(member, kinds, inventory, stop));
  const known = refuseReserved(restrictToReadable(desired, inventory, member.cache));
  const readable = exclude(known, await scopeFaults(member, known.desired, stop));
  const { acknowledged } = desired;
  const { now } = member;
  const departures = departuresAt({ now, listedAt: member.cache.listedAt });
  const actions = planSync(readable.desired, readable.inventory, member.cache.objects, departures);
  const facts = { inventory, snapshot: member.cache.objects };
  const remembered = recall(parseMemory(member.deletions), facts, now);
  const changes = await changesBehind(member, desired, actions, stop);
  const limits = { budget: settings.deletionBudget, acknowledged, earlier: remembered.records };
  const rules = { ...limits, ...(changes && { changes }) };
  const own = holdTaken(actions, acknowledged, { inventory, claimedAt: member.claimedAt, now });
  const guarded = enforceDeletionBudget(own, inventory, rules);
  const { name: cluster, clock, correctOnce } = member;
  const parameters = { cluster, settings, now: clock.now(), correctOnce };
  const proven = holdUnproven(guarded.actions, member.unlistedGroups);
  const plan = applySuspensions(proven, parameters);
  const memory = remember(remembered, plan, { inventory, acknowledged, now });
  const { overruns } = guarded;
  const { pendingSince } = member;
  return { settings, inventory, readable, unknown, plan, overruns, memory, now, pendingSince };
}

/** Returns the kinds whose list would confirm that objects are gone. */
function dueForConfirmation({ now, cache }: Member, inventory: Inventory): ReadonlySet<string> {
  const { listedAt } = cache;
  const due = [...inventory].filter((one) => isUnconfirmed(...one, { now, listedAt }));
  return new Set(due.map(([key]) => groupKindOf(key)));
}

/** Returns the kinds of all desired objects and of all objects in the inventory. */
function kindsOf(desired: Desired, inventory: Inventory): readonly KindRef[] {
  const kinds = new Map<string, KindRef>();
  for (const [{ apiVersion, kind }] of byKind(desired)) {
    const id = groupKind({ apiVersion, kind });
    if (!kinds.has(id)) kinds.set(id, { apiVersion, kind });
  }
  for (const [key, entry] of inventory) {
    const id = groupKindOf(key);
    if (!kinds.has(id)) kinds.set(id, refOf(key, entry));
  }
  return [...kinds.values()];
}

/**
 * Lists the kinds that the cache lacks. If the cluster does not serve a kind of the inventory, the syncer asks
 * discovery before it believes that the objects are gone: the cluster may serve the kind at another version, or
 * discovery may not show its API group.
 *
 * @returns the kinds that the cluster does not serve
 */
async function observe(
  { cache, port }: Member,
  kinds: readonly KindRef[],
  inventory: Inventory,
  stop: AbortSignal,
): Promise<readonly KindRef[]> {
  const unknown = await cache.track(kinds, stop);
  const managed = new Set(inventory.keys().map(groupKindOf));
  const doubtful = unknown.filter((kind) => managed.has(groupKind(kind)));
  if (doubtful.length === 0) return unknown;
  const { kinds: served, unknownGroups } = await port.discover(stop);
  for (const kind of doubtful) {
    const { group } = gvkOf(kind);
    if (!unknownGroups.includes(group)) continue;
    cache.noteUnlisted(kind, `cannot list objects of ${groupName(group)}`);
  }
  const ids = new Set(doubtful.map(groupKind));
  await cache.track(
    served.filter((kind) => ids.has(groupKind(kind))),
    stop,
  );
  return unknown;
}

/** Returns `group/Kind`. */
function groupKindOf(key: ObjectKey): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1));
}

/**
 * Returns the outcomes of desired objects whose scope is not that of their kind: cluster-scoped with a namespace,
 * or namespaced without one.
 */
async function scopeFaults(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<readonly ActionOutcome[]> {
  const faults: ActionOutcome[] = [];
  for (const group of byKind(desired)) {
    const scope = await scopeOfAll(member, group, stop);
    if (scope instanceof ClusterError) {
      faults.push(...group.map((object) => failure(keyOf(object), scope)));
    } else if (scope !== undefined) {
      const invalid = group.filter(hasOtherScope(scope));
      const message = scope
        ? 'has no namespace'
        : 'has a namespace, but its kind is cluster-scoped';
      faults.push(...invalid.map((object) => ({ ...done(keyOf(object), 'failed'), message })));
    }
  }
  return faults;
}

/**
 * Returns the scope of a kind. Asks again if objects have another one, because someone may have replaced its
 * definition.
 */
async function scopeOfAll(
  member: Member,
  group: SameKind,
  stop: AbortSignal,
): Promise<boolean | undefined | ClusterError> {
  const [first] = group;
  const known = await scopeOf(member, first, stop);
  if (typeof known !== 'boolean' || !group.some(hasOtherScope(known))) return known;
  member.port.forgetKinds(first.apiVersion);
  return scopeOf(member, first, stop);
}

function hasOtherScope(isNamespaced: boolean): (object: KubeObject) => boolean {
  return ({ metadata }) => (metadata.namespace !== undefined) !== isNamespaced;
}

async function scopeOf(
  { port }: Member,
  kind: KindRef,
  stop: AbortSignal,
): Promise<boolean | undefined | ClusterError> {
  try {
    return await port.isNamespaced(kind, stop);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return error;
  }
}

type SameKind = readonly [KubeObject, ...KubeObject[]];

const grouped = new WeakMap<Desired['objects'], readonly SameKind[]>();

/** Groups the desired objects by kind and version, once for each commit: a commit has many turns. */
function byKind({ objects }: Desired): readonly SameKind[] {
  const known = grouped.get(objects);
  if (known !== undefined) return known;
  const desired = [...objects.values()].map(({ object }) => object);
  const groups = Map.groupBy(desired, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const found = [...groups.values()] as unknown as readonly SameKind[];
  grouped.set(objects, found);
  return found;
}
