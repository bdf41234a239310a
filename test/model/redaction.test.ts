import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Redactor } from '#model/redaction.ts';

const redactorOf = (...values: readonly string[]) => {
  const redactor = new Redactor();
  for (const value of values) redactor.remember(value);
  return (text: string) => redactor.redact(text);
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('Redactor', () => {
  it('K13: hides a value in plain text, base64, hexadecimal, URLs and escaped for JSON and Go', () => {
    const value = 'tu"l<i>p\\7 431&ü';
    const redact = redactorOf(value);
    const json = JSON.stringify(value);
    const forms = [
      value,
      json,
      JSON.stringify(json),
      json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
      base64(value),
      Buffer.from(value).toString('base64url'),
      Buffer.from(value).toString('hex'),
      encodeURIComponent(value),
    ];
    for (const form of forms) {
      const shown = redact(`Invalid value: ${form}, must be short`);
      assert.match(shown, /^Invalid value: ["\\]*\(hidden\)["\\=]*, must be short$/, form);
    }
  });

  it('K13: hides a value inside of another base64 text', () => {
    const redact = redactorOf('tulip-7431-rose');
    for (const before of ['', 'a', 'ab', 'abc']) {
      const shown = redact(base64(`${before}tulip-7431-rose:and more`));
      assert.ok(!shown.includes(base64(`${before}tulip-7431-rose`).slice(4, 16)), shown);
      assert.match(shown, /\(hidden\)/);
    }
  });

  it('K13: hides every part of a value of 8 or more characters that is cut', () => {
    const value = 'correct horse battery staple';
    const redact = redactorOf(value);
    for (let length = 8; length <= value.length; length++) {
      for (const part of [
        value.slice(0, length),
        value.slice(-length),
        value.slice(4, 4 + length),
      ]) {
        assert.equal(redact(`"${part}…"`).includes(part), false, part);
      }
      const cut = base64(value).slice(0, length);
      assert.equal(redact(`"${cut}..."`).includes(cut), false, cut);
    }
  });

  it('K13: leaves texts without a value unchanged, also those that begin like one', () => {
    const redact = redactorOf('https://hooks.example.com/T7431', 'tulip-7431-rose', 'short');
    for (const text of ['see https://github.com/x', 'tulip', 'short', 'a tulip-7 b', '']) {
      assert.equal(redact(text), text);
    }
  });

  it('K13: hides the words of a file in a value, and leaves ordinary words', () => {
    const redact = redactorOf('apiVersion: v1\nkind: Config\nDB_PASSWORD=tulip-7431\nnamespace: x');
    assert.equal(redact('denied: "tulip-7431" is weak'), 'denied: "(hidden)" is weak');
    assert.equal(redact('apiVersion namespace Config'), 'apiVersion namespace Config');
  });

  it('K13: never lets a value of 6 or more characters through', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 6, maxLength: 60 }).map((text) => text.trim())),
        fc.string(),
        fc.string(),
        (values, before, after) => {
          const redact = redactorOf(...values);
          for (const value of values.filter(({ length }) => length >= 6)) {
            const shown = redact(`${before}\n${value}\n${after}`);
            assert.ok(!shown.includes(`\n${value}\n`), JSON.stringify(value));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('K13: reads a large text with many values in linear time', () => {
    const values = Array.from({ length: 2000 }, (_, index) =>
      base64(`value ${index} ${index * 7919}`),
    );
    const redact = redactorOf(...values);
    const text = 'Deployment shop/web is not ready yet. '.repeat(2000);
    assert.equal(redact(text), text);
    assert.equal(redact(`${text}${values[1999]}`), `${text}(hidden)`);
  });
});
