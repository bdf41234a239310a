import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { oddTexts as odd } from './odd-texts.ts';
import { type ReaderProcess, scriptReaders, startGoReaders, startPyYaml } from './yaml-readers.ts';

/** Number of random objects; REGATTA_RUNS sets another. */
const runs = Number(process.env.REGATTA_RUNS ?? 2000);

const text = fc.oneof(
  fc.constantFrom(...odd),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^[-+.0-9eExob_:yn~=<]{1,8}$/),
  fc.array(fc.constantFrom(...odd, ' ', '\n'), { maxLength: 4 }).map((parts) => parts.join('')),
);

const number = fc.oneof(
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.constantFrom(1e21, 1e-7, 5e-324, 1e20, -1e15, 0.1),
);

const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(text, tie('node'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).node;

const object = fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true });

/** Numbers as doubles, which is what several readers have. */
function rounded(given: unknown): unknown {
  if (typeof given === 'bigint' || typeof given === 'number') return Number(given) + 0;
  if (Array.isArray(given)) return given.map(rounded);
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, field]) => [name, rounded(field)]));
}

/** Reads a text with each reader, and returns the values by reader. */
async function readAll(
  printed: string,
  go: ReaderProcess,
  pyYaml: ReaderProcess | undefined,
): Promise<readonly (readonly [reader: string, value: unknown])[]> {
  const processes = [
    ...['stream', 'sigs', 'v2', 'v3'].map((mode) => [mode, go] as const),
    ...(pyYaml === undefined ? [] : [['PyYAML', pyYaml] as const]),
  ];
  const answers: (readonly [string, unknown])[] = [['Regatta', parseYaml(printed)[0]]];
  for (const [mode, reader] of processes) {
    const reading = await reader.read(printed, mode);
    answers.push([mode, 'error' in reading ? reading.error : reading.documents[0]]);
  }
  for (const [name, read] of Object.entries(scriptReaders)) answers.push([name, read(printed)]);
  return answers;
}

describe('printed YAML', () => {
  let go: ReaderProcess;
  let pyYaml: ReaderProcess | undefined;
  before(() => {
    go = startGoReaders();
    pyYaml = startPyYaml();
  });
  after(() => {
    go.close();
    pyYaml?.close();
  });

  async function expectSame(given: Readonly<Record<string, unknown>>): Promise<void> {
    const printed = printManifest(given as unknown as KubeObject);
    for (const [reader, found] of await readAll(printed, go, pyYaml)) {
      assert.deepEqual(
        rounded(found),
        rounded(given),
        `${reader} reads another value:\n${printed}`,
      );
    }
  }

  it('street Y4: odd texts are the same texts for six readers, as values and as keys', async () => {
    await expectSame({ values: odd, keys: Object.fromEntries(odd.map((each) => [each, each])) });
    for (const each of odd) {
      await expectSame({ value: each });
      await expectSame({ key: { [each]: [{ [each]: [each] }] } });
    }
  });

  it('street Y4: random objects are the same values for six readers', async () => {
    await fc.assert(
      fc.asyncProperty(object, (spec) => expectSame({ spec })),
      { seed: 1, numRuns: runs },
    );
  });
});
