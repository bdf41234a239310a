import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '#model/json.ts';
import { plainJson } from '#model/yaml/plain-json.ts';
import { readYamlStream } from '#model/yaml.ts';

/** Reads a text with the parser, because JSON has no comments. */
function parsed(text: string) {
  const stream = readYamlStream(`# YAML\n${text}`);
  return 'documents' in stream ? stream.documents[0] : stream;
}

const texts = fc.string({ unit: fc.constantFrom(...'ab":\\ {}[],\n\t/*#\u00e9') });

describe('JSON without tokens', () => {
  it('is read as JSON.parse reads it', () => {
    const objects = fc.dictionary(
      texts,
      fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' }),
    );
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 1, 2), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        assert.deepEqual(plainJson(text), parseJson(text));
      }),
    );
  });

  it('is read as the parser reads a text with one object in one line', () => {
    const text = '{"a": "x: \\"y\\": z", "b\\\\": {"c": [1, {"d": null}]}, "n": 9007199254740993}';
    assert.deepEqual(plainJson(text), parsed(text));
  });

  it('leaves other texts to the parser', () => {
    const twice = [
      '{"a": 1, "a": 2}',
      '{"a": [{"b": 1, "c": 2, "b": 3}]}',
      '{"a": 1, "\\u0061": 2}',
    ];
    const others = ['a: 1', '{a: 1}', '{"a": 1} {"b": 2}', '{"a": 1}\n---\nb: 2', '[{"a": 1}]', ''];
    const deep = `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`;
    for (const text of [...twice, ...others, deep]) assert.equal(plainJson(text), undefined, text);
    const [first = ''] = twice;
    const stream = readYamlStream(first);
    assert.deepEqual('duplicates' in stream && stream.duplicates, [
      { key: 'a', offset: 9, first: 1 },
    ]);
  });
});
