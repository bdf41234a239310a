/** Divides a whole number among clusters: replicas by weights, completions by replicas. */
import { byText } from './object.ts';

/** A cluster that takes part in a division. */
export interface Party {
  readonly name: string;
  /** Weight of the party; at least 0. */
  readonly votes: number;
  /** Seats that the party already has; at least 0. */
  readonly seats: number;
}

/** Order of names that breaks ties. */
export type TieOrder = 'ascending' | 'descending';

/**
 * Assigns additional seats by Webster's method (Sainte-Laguë). Each seat goes to the party with the
 * largest votes / (2·seats + 1); ties go to the party with fewer seats, then by name. The cost does
 * not grow with the number of seats. Returns the parties ordered by name.
 *
 * Source: Karmada v1.18, pkg/util/helper/webstermethod.go; the numbers are compared as doubles.
 */
export function apportion(
  seats: number,
  parties: readonly Party[],
  order: TieOrder,
): readonly Party[] {
  const sign = order === 'ascending' ? 1 : -1;
  const ahead = skipAhead(seats, parties).toSorted((a, b) => sign * byText(a.name, b.name));
  let left = seats - added(parties, ahead);
  while (left > 0 && ahead.length > 0) {
    const next = nextIndex(ahead);
    ahead.splice(next, 1, ...ahead.slice(next, next + 1).map(withSeat));
    left--;
  }
  return ahead.toSorted((a, b) => byText(a.name, b.name));
}

/**
 * Returns the tie order of an object. Karmada derives it from the UID, which an object in Git usually lacks.
 *
 * Source: Karmada v1.18, pkg/util/helper/binding.go (tieBreakerByUID).
 */
export function tieOrderOf(uid: unknown): TieOrder {
  if (typeof uid !== 'string' || uid === '') return 'ascending';
  return fnv1a(uid) % 2 === 1 ? 'descending' : 'ascending';
}

function withSeat(party: Party): Party {
  return { ...party, seats: party.seats + 1 };
}

function added(before: readonly Party[], after: readonly Party[]): number {
  const sum = (parties: readonly Party[]) => parties.reduce((total, { seats }) => total + seats, 0);
  return sum(after) - sum(before);
}

/** Returns the first party with the best claim. The parties must be in tie order. */
function nextIndex(parties: readonly Party[]): number {
  let best = 0;
  for (const [index, party] of parties.entries()) {
    const leader = parties[best];
    if (leader === undefined) break;
    const lead = claim(party.votes, party.seats) - claim(leader.votes, leader.seats);
    if (lead > 0 || (lead === 0 && party.seats < leader.seats)) best = index;
  }
  return best;
}

function claim(votes: number, seats: number): number {
  return votes / (2 * seats + 1);
}

/**
 * Assigns at once every seat whose claim is above a bound, because those seats come first in any
 * order. A binary search finds the bound that leaves only a few seats to assign one by one.
 */
function skipAhead(seats: number, parties: readonly Party[]): readonly Party[] {
  let low = 0;
  let high = Math.max(0, ...parties.map(({ votes }) => votes));
  let best = parties;
  for (let step = 0; step < 100 && high > 0; step++) {
    const bound = (low + high) / 2;
    if (bound <= low || bound >= high) break;
    const given = parties.map((party) => ({
      ...party,
      seats: Math.max(party.seats, seatsAbove(party.votes, bound)),
    }));
    if (added(parties, given) <= seats) [best, high] = [given, bound];
    else low = bound;
  }
  return best;
}

/** Returns the number of seats that a party takes while its claim is above a bound. */
function seatsAbove(votes: number, bound: number): number {
  let seats = Math.max(0, Math.ceil((votes / bound - 1) / 2));
  while (claim(votes, seats) > bound) seats++;
  while (seats > 0 && claim(votes, seats - 1) <= bound) seats--;
  return seats;
}

/** Returns the 32-bit FNV-1a hash of a text in UTF-8. */
function fnv1a(text: string): number {
  return new TextEncoder()
    .encode(text)
    .reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
