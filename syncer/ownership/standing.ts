/** Decides how a fleet stands in a member cluster: under which names it works there, or why it must not. */
import type { Origin } from '#model/origin.ts';
import type { FoundInventory } from './found-inventory.ts';
import type { RecordedFleet } from './marks.ts';
import { namesFor } from './names.ts';
import type { Fleet, OtherFleet, Owner } from './owner.ts';

/** The value of `--take-over` for an inventory without identity. */
export const unidentified = 'unidentified';

/** What the decision depends on, besides the fleet and the inventories in the cluster. */
export interface StandingRules {
  /** Ids of the fleets whose objects the operator gives to this fleet. */
  readonly takeOver: ReadonlySet<string>;
  /** Whether other fleets may keep inventories in the cluster. */
  readonly isShared: boolean;
  /** True if the desired commit is the commit of the inventory without identity or descends from it. */
  readonly isProven: boolean;
}

/** Why the fleet must first record itself in an inventory. */
export type ClaimCause =
  /** The inventory names no fleet, and its commit proves that it belongs to this one. */
  | 'proven'
  /** The inventory names no fleet, and the operator gives it to this one. */
  | 'unidentified'
  /** The fleet was applied from another origin, and the operator says that it moved. */
  | 'moved';

/** How a fleet may work in a cluster. */
export interface Standing {
  readonly owner: Owner;
  /** The inventory of the fleet; absent if the cluster does not hold one. */
  readonly own?: FoundInventory;
  readonly claim?: ClaimCause;
  /** The inventories whose objects become this fleet's. */
  readonly takes: readonly FoundInventory[];
  /** The inventories of all other fleets. */
  readonly others: readonly FoundInventory[];
}

/** Returns how a fleet stands in a cluster with these inventories, or why it must not write there. */
export function decideStanding(
  found: readonly FoundInventory[],
  fleet: Fleet,
  rules: StandingRules,
): Standing | { readonly refusal: string } {
  const own = found.find((one) => one.fleet?.id === fleet.id);
  const base = own ?? found.find((one) => one.fleet === undefined);
  const claim = base && claimOf(base, fleet, rules);
  const claimed = own ?? (claim && base);
  const rest = found.filter((one) => one !== claimed);
  const isGiven = (one: FoundInventory) => rules.takeOver.has(one.fleet?.id ?? unidentified);
  const refusal =
    (own && claim === undefined ? originRefusal(own, fleet) : undefined) ??
    rest
      .filter((one) => !isGiven(one))
      .map((one) => otherRefusal(one, fleet, { hasOwn: own !== undefined, rules }))
      .find((reason) => reason !== undefined);
  if (refusal !== undefined) return { refusal };
  return {
    owner: { fleet, names: claimed?.names ?? namesFor(fleet.id) },
    ...(claimed && { own: claimed }),
    ...(claim && { claim }),
    takes: rest.filter(isGiven),
    others: rest.filter((one) => !isGiven(one)),
  };
}

function claimOf(
  { fleet: recorded }: FoundInventory,
  fleet: Fleet,
  { takeOver, isProven }: StandingRules,
): ClaimCause | undefined {
  if (recorded !== undefined) {
    return !isSameOrigin(recorded.origin, fleet) && takeOver.has(fleet.id) ? 'moved' : undefined;
  }
  if (isProven) return 'proven';
  return takeOver.has(unidentified) ? 'unidentified' : undefined;
}

/** Reports whether a fleet may be applied from its origin, if it was applied from another origin before. */
function isSameOrigin(recorded: Origin, { origin, repositories }: Fleet): boolean {
  // A commit without a branch only reads clusters.
  if (origin.branch === '' || recorded.repository === '') return true;
  const isKnown =
    recorded.repository === origin.repository || repositories.includes(origin.repository);
  return isKnown && recorded.branch === origin.branch && recorded.path === origin.path;
}

function originRefusal({ fleet: recorded }: FoundInventory, fleet: Fleet): string | undefined {
  if (recorded === undefined || isSameOrigin(recorded.origin, fleet)) return undefined;
  const isMoved = recorded.origin.path !== fleet.origin.path;
  const [before, now] = [recorded.origin, fleet.origin].map((origin) => placeOf(origin, isMoved));
  return `fleet ${nameOf(fleet)} is applied from ${before}, not ${now}; pass --take-over ${fleet.id} if it moved`;
}

function placeOf({ repository, branch, path }: Origin, withPath: boolean): string {
  return `${repository} (${branch}${withPath ? `, ${path}` : ''})`;
}

interface Circumstances {
  readonly hasOwn: boolean;
  readonly rules: StandingRules;
}

function otherRefusal(
  { fleet: recorded, commit }: FoundInventory,
  { origin }: Fleet,
  { hasOwn, rules }: Circumstances,
): string | undefined {
  if (recorded !== undefined) return rules.isShared ? undefined : strangerRefusal(recorded);
  const hint = `pass --take-over ${unidentified} if its objects belong to this fleet`;
  if (hasOwn) return `the cluster has another inventory, which names no fleet; ${hint}`;
  const fault =
    commit === ''
      ? 'and records no commit'
      : `and its commit ${commit.slice(0, 12)} is not in the history of ${origin.branch}`;
  return `the inventory names no fleet, ${fault}; ${hint}`;
}

function strangerRefusal({ name, id, origin }: RecordedFleet): string {
  const facts = [`id ${id}`, origin.repository].filter((fact) => fact !== '').join(', ');
  return `the cluster belongs to fleet ${nameOf({ name })} (${facts}); to run beside it set spec.sync.sharedClusters: Allow, to replace it pass --take-over ${id}`;
}

function nameOf({ name }: { readonly name: string }): string {
  return JSON.stringify(name);
}

/** Returns the other fleets of a standing, by the ApplySet label of their objects. */
export function othersIn({ others }: Standing): ReadonlyMap<string, OtherFleet> {
  return new Map(
    others.map(({ names, fleet, namespaces }) => {
      return [names.applySetId, { name: fleet?.name, id: fleet?.id, namespaces }];
    }),
  );
}
