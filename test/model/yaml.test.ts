import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from '#model/yaml.ts';

/** Scalars and the values that `kubectl label --local -o json`, version 1.32, reads. */
const scalars: readonly (readonly [string, unknown])[] = [
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'true', 'TRUE'].map(
    (text) => [text, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'OFF', 'false'].map((text) => [text, false] as const),
  ...['~', 'null', 'Null', 'NULL', ''].map((text) => [text, null] as const),
  ...['yEs', 'oN', '1:30', '190:20:30', '2001-01-01', '2001-1-1 1:1:1'].map(
    (text) => [text, text] as const,
  ),
  ...['=', '0o8', '.e3', '1e400', '"y"', "'1'"].map(
    (text) => [text, text.replaceAll(/["']/g, '')] as const,
  ),
  ['017', 15],
  ['0o17', 15],
  ['08', 8],
  ['09.5', 9.5],
  ['1_000', 1000],
  ['1__0', 10],
  ['1_', 1],
  ['0b11', 3],
  ['-0b1', -1],
  ['0x1F', 31],
  ['-0x1f', -31],
  ['0x_1', 1],
  ['+1', 1],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['1.', 1],
  ['1e3', 1000],
  ['12345678901234567890123', 1.2345678901234568e22],
];

describe('YAML as kubectl reads it', () => {
  for (const [text, want] of scalars) {
    it(`reads ${text || 'an empty scalar'} as ${JSON.stringify(want)}`, () => {
      assert.deepEqual(readYaml(`a: ${text}\n`), [{ a: want }]);
    });
  }

  it('reads merge keys, and keys that are not strings', () => {
    assert.deepEqual(readYaml('a: &a {b: 1, c: 2}\nd:\n  <<: *a\n  c: 3\n1: x\nno: q\n2.0: z\n'), [
      { a: { b: 1, c: 2 }, d: { b: 1, c: 3 }, 1: 'x', false: 'q', 2: 'z' },
    ]);
  });

  it('reads integers that a double cannot hold as bigint', () => {
    assert.deepEqual(readYaml('[9007199254740993, -9223372036854775808]'), [
      [9007199254740993n, -9223372036854775808n],
    ]);
  });

  it('returns the message and offset of a syntax error', () => {
    assert.deepEqual(readYaml('a: 1\nb: c: d\n'), {
      message: 'the value of a key cannot start here',
      offset: 9,
    });
  });
});
