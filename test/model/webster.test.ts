import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byText } from '#model/object.ts';
import { apportion, type Party, type TieOrder, tieOrderOf } from '#model/webster.ts';

type Row = readonly [name: string, votes: number, seats?: number];

const parties = (rows: readonly Row[]): readonly Party[] =>
  rows.map(([name, votes, seats = 0]) => ({ name, votes, seats }));

const shares = (seats: number, rows: readonly Row[], order: TieOrder = 'ascending') =>
  apportion(seats, parties(rows), order).map((party) => party.seats);

/** Assigns one seat after the other, as Webster's method is defined. */
function singly(seats: number, given: readonly Party[], order: TieOrder): readonly Party[] {
  const state = given.map((party) => ({ ...party }));
  const claim = (party: Party) => party.votes / (2 * party.seats + 1);
  const sign = order === 'ascending' ? 1 : -1;
  for (let left = seats; left > 0; left--) {
    state.sort((a, b) => claim(b) - claim(a) || a.seats - b.seats || sign * byText(a.name, b.name));
    const [first] = state;
    if (first !== undefined) first.seats += 1;
  }
  return state.toSorted((a, b) => byText(a.name, b.name));
}

describe('apportion', () => {
  it('gives a small party its first seat before a large party its second', () => {
    assert.deepEqual(
      shares(2, [
        ['a', 3],
        ['b', 1],
      ]),
      [1, 1],
    );
  });
  it('breaks ties by name, in ascending or descending order', () => {
    assert.deepEqual(
      shares(1, [
        ['b', 1],
        ['a', 1],
      ]),
      [1, 0],
    );
    assert.deepEqual(
      shares(
        1,
        [
          ['b', 1],
          ['a', 1],
        ],
        'descending',
      ),
      [0, 1],
    );
  });
  it('gives nothing to a party without votes', () => {
    assert.deepEqual(
      shares(3, [
        ['a', 0],
        ['b', 5],
      ]),
      [0, 3],
    );
  });
  it('counts the seats that a party already has', () => {
    assert.deepEqual(
      shares(2, [
        ['a', 1, 3],
        ['b', 1, 0],
      ]),
      [3, 2],
    );
  });
  it('assigns two thousand million seats without a loop over them', () => {
    assert.deepEqual(
      shares(2_000_000_001, [
        ['a', 1],
        ['b', 1],
      ]),
      [1_000_000_001, 1_000_000_000],
    );
  });
  it('returns nothing without parties', () => assert.deepEqual(shares(2, []), []));

  it('agrees with assigning seat by seat', () => {
    const party = fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.nat(50), fc.nat(9));
    const rows = fc.uniqueArray(party, { selector: ([name]) => name, minLength: 1, maxLength: 8 });
    const order = fc.constantFrom<TieOrder>('ascending', 'descending');
    fc.assert(
      fc.property(fc.nat(120), rows, order, (seats, given, tie) => {
        assert.deepEqual(apportion(seats, parties(given), tie), singly(seats, parties(given), tie));
      }),
    );
  });
});

describe('tieOrderOf', () => {
  it('breaks ties in ascending order without a UID', () =>
    assert.equal(tieOrderOf(undefined), 'ascending'));
  it('derives the tie order from the FNV-1a hash of the UID', () => {
    assert.equal(tieOrderOf('a'), 'ascending');
    assert.equal(tieOrderOf('b'), 'descending');
  });
});
