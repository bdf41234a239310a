import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withExtents } from '#compiler/parse/extents.ts';
import { offsetOf, positionOf } from '#compiler/parse/positions.ts';

const text = `block: |
  one
  two

flow: [1, 'x', { c: d }, # ]
  3]
anchored: &a "q"
alias: *a
list:
  - 1
empty:
`;

/** Pointer, and the line and column of the end of its value. */
const extents: readonly (readonly [string, number, number])[] = [
  ['/block', 3, 6],
  ['/flow', 6, 5],
  ['/flow/1', 5, 14],
  ['/flow/2', 5, 24],
  ['/anchored', 7, 17],
  ['/alias', 8, 10],
  ['/list/0', 10, 6],
];

function endAt(pointer: string) {
  const at = positionOf('f.yaml', text, offsetOf(text, 0, pointer));
  const fault = { code: 'parse/invalid-value', severity: 'error', message: '', at } as const;
  return withExtents([fault], new Map([['f.yaml', text]]))[0]?.end;
}

describe('the extent of a value', () => {
  for (const [pointer, line, column] of extents) {
    it(`the value of ${pointer} ends at ${line}:${column}`, () => {
      assert.deepEqual(endAt(pointer), { line, column });
    });
  }

  it('returns no end for a block list, or in a text that is not YAML', () => {
    assert.equal(endAt('/list'), undefined);
    const at = { file: 'chart.yaml', line: 1, column: 1 };
    const fault = { code: 'build/failed', severity: 'error', message: '', at } as const;
    assert.deepEqual(withExtents([fault], new Map([['chart.yaml', '{{ if }}: [']])), [fault]);
  });

  it('an empty value has the position of its key, and an empty item that of its list', () => {
    assert.deepEqual(positionOf('f', text, offsetOf(text, 0, '/empty')), {
      file: 'f',
      line: 11,
      column: 1,
    });
    assert.equal(offsetOf('a:\n  -\n  - b\n', 0, '/a/0'), 5);
  });
});
