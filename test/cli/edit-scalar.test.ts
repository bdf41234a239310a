import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { editScalar } from '../../cli/adopt/edit-scalar.ts';

const cases: readonly {
  readonly name: string;
  readonly line: string;
  readonly column?: number;
  readonly before: unknown;
  readonly after: unknown;
  /** The edited line; undefined when editScalar cannot edit it. */
  readonly want?: string;
}[] = [
  { name: 'a number', line: '  n: 1 # why', before: 1, after: 2, want: '  n: 2 # why' },
  {
    name: 'a value whose position is given',
    line: '  n: 1',
    column: 6,
    before: 1,
    after: 25,
    want: '  n: 25',
  },
  {
    name: 'a value in double quotes',
    line: '  n: "1"',
    before: '1',
    after: 'a"b',
    want: '  n: "a\\"b"',
  },
  {
    name: 'a value in single quotes',
    line: "  n: 'x'",
    before: 'x',
    after: "it's",
    want: "  n: 'it''s'",
  },
  {
    name: 'a plain value',
    line: '  n: web:1',
    before: 'web:1',
    after: 'web:2',
    want: '  n: web:2',
  },
  {
    name: 'a plain value by one that needs quotes',
    line: '  n: yes1',
    before: 'yes1',
    after: 'true',
    want: '  n: "true"',
  },
  {
    name: 'a string by one that looks like a number',
    line: '  n: a',
    before: 'a',
    after: '5',
    want: '  n: "5"',
  },
  {
    name: 'a value in a flow mapping',
    line: '  {a: 1, n: 2}',
    column: 13,
    before: 2,
    after: 3,
    want: '  {a: 1, n: 3}',
  },
  { name: 'another value', line: '  n: 1', before: 2, after: 3 },
  { name: 'another type', line: '  n: "1"', before: 1, after: 3 },
  { name: 'a block', line: '  n: |', before: '|', after: 'x' },
  { name: 'an anchor', line: '  n: &a 1', before: 1, after: 2 },
  { name: 'an alias', line: '  n: *a', before: 1, after: 2 },
  { name: 'a map', line: '  n: {a: 1}', before: 1, after: 2 },
];

describe('editScalar', () => {
  for (const { name, line, column = 3, before, after, want } of cases) {
    it(`${want === undefined ? 'leaves' : 'replaces'} ${name}`, () => {
      const text = `# top\n${line}\nlast: true\n`;
      const got = editScalar(text, { line: 2, column, before, after });
      assert.equal(got, want === undefined ? undefined : `# top\n${want}\nlast: true\n`);
    });
  }
});
