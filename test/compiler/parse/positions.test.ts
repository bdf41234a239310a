import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { offsetOf, positionOf } from '#compiler/parse/positions.ts';

const text = `# first
a: "x"
b/c:
  - d: 1
    e~f: |
      lines
---
g: &anchor [1, {h: 2}]
i: *anchor
`;

const cases: readonly {
  readonly pointer: string;
  readonly document?: number;
  readonly key?: boolean;
  readonly want: readonly [line: number, column: number];
}[] = [
  { pointer: '', want: [2, 1] },
  { pointer: '/a', want: [2, 4] },
  { pointer: '/a', key: true, want: [2, 1] },
  { pointer: '/b~1c', want: [4, 3] },
  { pointer: '/b~1c/0/d', want: [4, 8] },
  { pointer: '/b~1c/0/e~0f', key: true, want: [5, 5] },
  { pointer: '/b~1c/0/absent/below', want: [4, 5] },
  { pointer: '/absent', key: true, want: [2, 1] },
  { pointer: '/g/1/h', document: 1, want: [8, 20] },
  { pointer: '/i', document: 1, want: [9, 4] },
];

describe('the position of a value', () => {
  for (const { pointer, document = 0, key = false, want } of cases) {
    it(`finds ${key ? 'the key of ' : ''}'${pointer}' in document ${document} at ${want.join(':')}`, () => {
      const { line, column } = positionOf('f', text, offsetOf(text, document, pointer, { key }));
      assert.deepEqual([line, column], want);
    });
  }
});
