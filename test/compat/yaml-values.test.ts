import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { readYamlStream } from '#model/yaml.ts';
import { inflated, isInflated } from '#model/yaml-expansion.ts';
import { type ReaderProcess, type Reading, startGoReaders } from './yaml-readers.ts';
import { yamlTestSuite } from './yaml-test-suite.ts';
import { documents, manifests, mutations, soup } from './yaml-texts.ts';

/** Number of texts of each kind, and the seed; a longer run sets others. */
const numRuns = Number(process.env.REGATTA_RUNS ?? 4000);
const seed = Number(process.env.REGATTA_SEED ?? 1);

/** Why Regatta may refuse what kubectl reads: the list in docs/templates.md. */
const allowed = [
  /^the document has ended: kubectl ignores what follows$/,
  /^a key cannot be a (list|map)$/,
  /^the value of !!binary is not text, and JSON has no bytes$/,
  /^directives such as %YAML are not supported$/,
  /^two byte order marks$/,
  /^too many nested values$/,
  /^merge keys copy far more fields than the document has$/,
];

/** An empty collection as a key, before which go-yaml cuts the document. */
const emptyKey = /[[{]\s*[\]}].*:/;

/** Reports whether two values are equal. Go prints a large double like an integer, and JSON has no sign of 0. */
function areSame(one: unknown, other: unknown): boolean {
  if (typeof one === 'bigint' && typeof other === 'bigint') return one === other;
  if (typeof one === 'number') return one === Number(other) && typeof other !== 'string';
  if (typeof one !== 'object' || one === null) return one === other;
  if (typeof other !== 'object' || other === null) return false;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  const fields = other as Readonly<Record<string, unknown>>;
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === others.length &&
    Object.entries(one).every(([key, value]) => key in fields && areSame(value, fields[key]))
  );
}

function hasInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinity);
}

/** Returns how we read a text. A number without a JSON form is refused by the compiler, at its position. */
function ours(text: string): Reading {
  const stream = readYamlStream(text);
  if ('message' in stream) return { error: stream.message };
  if (isInflated(stream.documents, text.length)) return { error: inflated };
  if (stream.documents.some(hasInfinity)) return { error: 'a number without a JSON form' };
  return { documents: stream.documents };
}

function compare(text: string, mine: Reading, theirs: Reading): void {
  if ('error' in theirs) {
    const isRead = 'documents' in mine && !isOwnLimit(theirs.error);
    assert.ok(!isRead, `Regatta reads it, and kubectl does not: ${theirs.error}`);
  } else if ('error' in mine) {
    const isListed = allowed.some((reason) => reason.test(mine.error)) || emptyKey.test(text);
    assert.ok(isListed, `kubectl reads it, and Regatta does not: ${mine.error}`);
  } else {
    if (differ(mine, theirs)) assert.deepEqual(written(mine), written(theirs));
  }
}

function differ(mine: Reading, theirs: Reading): boolean {
  return !areSame(written(mine), written(theirs));
}

/** kubectl passes over documents without a value. */
function written(reading: Reading): readonly unknown[] {
  return 'error' in reading ? [] : reading.documents.filter((document) => document !== null);
}

function hasDuplicates(text: string): boolean {
  const stream = readYamlStream(text);
  return 'duplicates' in stream && stream.duplicates.length > 0;
}

/** kubectl has another limit for aliases than the compiler. */
function isOwnLimit(error: string): boolean {
  return error.includes('excessive aliasing');
}

describe('values of YAML, compared with kubectl', () => {
  let go: ReaderProcess;
  before(() => {
    go = startGoReaders();
  });
  after(() => go.close());

  async function expectSame(given: string): Promise<void> {
    const text = given.toWellFormed();
    const mine = ours(text);
    // kubectl would expand the aliases for minutes.
    if ('error' in mine && mine.error === inflated) return;
    let theirs = await go.read(text, 'stream');
    // kubectl chooses at random between two keys of different types with the same text.
    for (let again = 0; again < 20 && hasDuplicates(text) && differ(mine, theirs); again++) {
      theirs = await go.read(text, 'stream');
    }
    compare(text, mine, theirs);
  }

  it('street Y2: the texts of the public YAML test suite', async () => {
    const texts = await yamlTestSuite();
    assert.ok(texts.size > 300, `${texts.size}`);
    for (const [name, text] of texts) {
      await assert.doesNotReject(expectSame(text), `${name}:\n${text}`);
    }
  });

  it('street Y2: manifests', async () => {
    assert.ok(manifests.length > 100);
    for (const text of manifests) await expectSame(text);
  });

  for (const [what, texts] of Object.entries({
    'texts of arbitrary pieces': soup,
    'documents in all styles': documents,
    'mutations of manifests': mutations,
  })) {
    it(`street Y2: ${what}`, () =>
      fc.assert(fc.asyncProperty(texts, expectSame), { seed, numRuns }));
  }
});
