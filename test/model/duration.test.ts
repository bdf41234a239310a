import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { durationMs, formatDuration } from '#model/duration.ts';

const cases: readonly (readonly [string, number | undefined, string?])[] = [
  ['500ms', 500],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1.5h', 5_400_000, '90m'],
  ['120s', 120_000, '2m'],
  ['0s', 0, '0ms'],
  ['10', undefined],
  ['ten minutes', undefined],
  ['-1s', undefined],
];

describe('a duration', () => {
  for (const [text, ms, shortest = text] of cases) {
    it(ms === undefined ? `refuses the duration ${text}` : `reads ${text} as ${ms} ms`, () => {
      assert.equal(durationMs(text), ms);
      if (ms !== undefined) assert.equal(formatDuration(ms), shortest);
    });
  }
});
