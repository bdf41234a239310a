import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inert, printable, printableText } from '#model/printable.ts';
import { commandsTerminal } from '../terminal.ts';

const anyText = fc.string({ unit: 'binary' });

describe('printable', () => {
  it('K43: leaves no character that commands a terminal or reorders a line', () => {
    fc.assert(fc.property(anyText, (text) => !commandsTerminal(printable(text))));
    for (let unit = 0; unit <= 0xffff; unit++) {
      const text = printable(`a${String.fromCharCode(unit)}b`);
      assert.ok(!commandsTerminal(text), unit.toString(16));
    }
  });

  it('K43: keeps the value of a line of JSON', () => {
    const keeps = (text: string) => JSON.parse(printable(JSON.stringify([text])))[0] === text;
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), keeps));
    assert.ok(keeps('\u0085\u2028\u202e\u{e0041}\ufeff ##[group]x'));
  });

  it('keeps letters of every script, and emoji', () => {
    const text = 'straße 東京 می‌خواهم 👩‍💻 ❤️';
    assert.equal(printable(text), text);
  });

  it('keeps the line breaks between the lines of a document', () => {
    assert.equal(printableText('a\n\u001b[2J\n'), 'a\n\\u001b[2J\n');
  });
});

describe('inert', () => {
  it('K43: leaves no line that a CI system carries out', () => {
    for (const line of [
      '::add-mask::x',
      '  ::error::x',
      '##[error]x',
      'a ##vso[task.x]y',
      'x ##teamcity[z]',
    ]) {
      assert.doesNotMatch(inert(line), /^\s*::|##\w*\[/, line);
    }
    assert.equal(inert('a::b # c ## d'), 'a::b # c ## d');
  });
});
