import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  formatBinary,
  formatDecimal,
  fromMilli,
  fromWhole,
  parseQuantity,
  toMilli,
  toWhole,
} from '#model/quantity.ts';

const parsed: readonly (readonly [string | number, bigint | undefined])[] = [
  ['1', 1_000_000_000n],
  [2, 2_000_000_000n],
  [0.5, 500_000_000n],
  ['100m', 100_000_000n],
  ['.5', 500_000_000n],
  ['5.', 5_000_000_000n],
  ['+1k', 1_000_000_000_000n],
  ['-1', -1_000_000_000n],
  ['1.5Gi', 1_610_612_736_000_000_000n],
  ['1E', 10n ** 27n],
  ['1E3', 10n ** 12n],
  ['1e-3', 1_000_000n],
  [1e21, (2n ** 63n - 1n) * 10n ** 9n],
  ['0.1n', 1n],
  ['99999999999Ei', (2n ** 63n - 1n) * 10n ** 9n],
  ['', undefined],
  ['.', undefined],
  ['1 Gi', undefined],
  ['1GiB', undefined],
  ['1K', undefined],
  ['0x10', undefined],
  ['1e99999', undefined],
  ['1m3', undefined],
  ['toString', undefined],
];

describe('parseQuantity', () => {
  for (const [text, want] of parsed) {
    it(`${want === undefined ? 'refuses' : 'reads'} the quantity ${JSON.stringify(text)}`, () =>
      assert.equal(parseQuantity(text), want));
  }

  it('reads every quantity that it prints', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (amount) => {
        assert.equal(parseQuantity(formatDecimal(amount)), amount);
        assert.equal(parseQuantity(formatBinary(fromWhole(amount))), fromWhole(amount));
      }),
    );
  });
});

describe('rounding', () => {
  it('rounds quantities away from zero', () => {
    assert.equal(toWhole(1n), 1n);
    assert.equal(toMilli(1_000_001n), 2n);
    assert.equal(toWhole(-1n), -1n);
    assert.equal(toWhole(3_000_000_000n), 3n);
  });
});

describe('formatting', () => {
  const rows: readonly (readonly [got: string, want: string])[] = [
    [formatDecimal(fromMilli(500n)), '500m'],
    [formatDecimal(fromMilli(2000n)), '2'],
    [formatDecimal(fromWhole(1000n)), '1k'],
    [formatDecimal(fromWhole(1010n)), '1010'],
    [formatDecimal(0n), '0'],
    [formatBinary(fromWhole(2n ** 28n)), '256Mi'],
    [formatBinary(fromWhole(1500n)), '1500'],
    [formatBinary(fromWhole(1000n)), '1k'],
    [formatBinary(fromWhole(1024n)), '1Ki'],
  ];
  for (const [got, want] of rows) it(`prints the quantity ${want}`, () => assert.equal(got, want));
});
