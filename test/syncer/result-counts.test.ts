import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectKey } from '#model/object.ts';
import type { ActionOutcome, Result } from '#syncer/plan/outcome.ts';
import { ResultCounts } from '#syncer/report/result-counts.ts';

function outcomes(length: number, result: Result): readonly ActionOutcome[] {
  return Array.from({ length }, (_, index) => {
    const key = `/ConfigMap/shop/c${index}` as ObjectKey;
    return { key, result, message: '', retry: false };
  });
}

describe('the counts of a turn', () => {
  it('street P16: count each object once, also when the cluster is synced only after a second turn', () => {
    const counts = new ResultCounts();
    counts.add(outcomes(128, 'created'));
    counts.add(outcomes(128, 'unchanged'));
    assert.deepEqual(counts.counts, { unchanged: 0, created: 128 });
    counts.clear();
    counts.add(outcomes(128, 'unchanged'));
    assert.deepEqual(counts.counts, { unchanged: 128 });
  });

  it('street P16: count an object by what became of it', () => {
    const counts = new ResultCounts();
    counts.add([...outcomes(3, 'created')]);
    counts.add([...outcomes(2, 'configured')]);
    assert.deepEqual(counts.counts, { unchanged: 0, created: 3 });
    counts.add([...outcomes(1, 'pruned')]);
    assert.deepEqual(counts.counts, { unchanged: 0, created: 2, pruned: 1 });
  });
});
