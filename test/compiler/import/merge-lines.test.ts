import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mergeLines } from '#compiler/import/merge-lines.ts';

const names = { ours: 'ours', base: 'base', theirs: 'theirs' };
const merge = (base: string, ours: string, theirs: string) => {
  const { lines, conflicts } = mergeLines([...base], [...ours], [...theirs], names);
  return { text: lines.join(''), conflicts };
};
const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

describe('mergeLines', () => {
  for (const [title, base, ours, theirs, want] of [
    ['changes of different lines', 'abcdefg', 'aXcdefg', 'abcdeYg', 'aXcdeYg'],
    ['insertions and removals', 'abcdefg', 'abcdeg', '1abcdefg', '1abcdeg'],
    ['equal changes', 'abc', 'aXc', 'aXc', 'aXc'],
    ['changes of neighbouring lines', 'abcd', 'aXcd', 'abYd', 'aXYd'],
    ['changes at both ends', 'abc', 'Xabc', 'abcY', 'XabcY'],
  ] as const) {
    it(`merges ${title}`, () => {
      assert.deepEqual(merge(base, ours, theirs), { text: want, conflicts: 0 });
    });
  }

  it('keeps both sides and the base of a conflict', () => {
    const { lines, conflicts } = mergeLines([...'abc'], [...'aXc'], [...'aYc'], names);
    assert.equal(conflicts, 1);
    assert.deepEqual(lines, [
      ...['a', '<<<<<<< ours', 'X', '||||||| base', 'b', '=======', 'Y', '>>>>>>> theirs', 'c'],
    ]);
  });

  it('returns the other side if one side has no changes', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        assert.deepEqual(mergeLines(base, base, changed, names), { lines: changed, conflicts: 0 });
        assert.deepEqual(mergeLines(base, changed, base, names), { lines: changed, conflicts: 0 });
        const same = mergeLines(base, changed, changed, names);
        assert.deepEqual(same, { lines: changed, conflicts: 0 });
      }),
    );
  });

  it('loses no side: without the other sides of conflicts, the result has all changes of one side', () => {
    fc.assert(
      fc.property(text, text, text, (base, ours, theirs) => {
        const { lines, conflicts } = mergeLines(base, ours, theirs, names);
        const markers = lines.filter((line) => line.startsWith('<<<<<<< '));
        assert.equal(markers.length, conflicts);
        const mirrored = mergeLines(base, theirs, ours, names);
        assert.equal(mirrored.conflicts, conflicts);
      }),
    );
  });
});
