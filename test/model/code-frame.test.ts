import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeFrame } from '#model/code-frame.ts';

const at = (line: number, column: number) => ({ file: 'a.yaml', line, column });

describe('a code frame', () => {
  it('has no line before the first line of a file', () => {
    const frame = codeFrame({ at: at(1, 4), end: { line: 1, column: 7 } }, 'a: one\nb: two\n');
    assert.deepEqual(frame, ['1 | a: one', '  |    ^^^']);
  });

  it('is empty for a line that the file does not have', () => {
    assert.deepEqual(codeFrame({ at: at(9, 1) }, 'a: one\n'), []);
  });

  it('marks one column at the end of a line when the extent is unknown', () => {
    assert.deepEqual(codeFrame({ at: at(1, 3) }, 'a:'), ['1 | a:', '  |   ^']);
  });

  it('shows a window of a long line', () => {
    const text = `${'x'.repeat(1000)}bad${'y'.repeat(1000)}`;
    const [line = '', carets = ''] = codeFrame(
      { at: at(1, 1001), end: { line: 1, column: 1004 } },
      text,
    );
    assert.equal(line.length, '1 | '.length + 120);
    assert.equal(line.slice(carets.indexOf('^'), carets.length), 'bad');
  });

  it('replaces control characters, which a terminal would carry out', () => {
    const [line, carets] = codeFrame(
      { at: at(1, 9), end: { line: 1, column: 10 } },
      'a: \x1b[2J b',
    );
    assert.equal(line, '1 | a: \\u001b[2J b');
    assert.equal(carets, '  |              ^');
  });
});
