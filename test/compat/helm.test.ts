/** Compares the Helm engine with the native Helm of the same version, on public charts. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type CorpusCase, readCorpus } from './corpus.ts';
import { assertSameText } from './differs.ts';
import { HelmEngine } from './helm-engine.ts';
import { helmTemplate, type NativeResult, type ReleaseOptions } from './native.ts';

const { charts } = await readCorpus();
const engine = new HelmEngine();
after(() => engine.close());

const plain = {
  name: 'first',
  namespace: 'shop',
  kubeVersion: 'v1.34.2',
  apiVersions: ['monitoring.coreos.com/v1', 'monitoring.coreos.com/v1/ServiceMonitor'],
} as const;

/** The names of the charts that Helm renders. */
const rendered = new Set<string>();

describe('public charts', { concurrency: 2 }, () => {
  for (const chart of charts) {
    const folder = join(chart.root, chart.folder);
    it(`EN13: renders ${chart.name} like helm template`, async () => {
      const other = { ...plain, name: 'other', kubeVersion: 'v1.31.0', apiVersions: [] };
      if (await comparesEqual(folder, plain)) rendered.add(chart.name);
      await comparesEqual(folder, other);
    });
    for (const valuesFile of valuesFilesOf(chart)) {
      it(`EN13: renders ${chart.name} like helm template with ${valuesFile}`, async () => {
        await comparesEqual(folder, { ...plain, valuesFile: join(folder, valuesFile) });
      });
    }
  }
});

describe('the corpus', () => {
  it('EN13: renders at least 60 public charts', () => {
    assert.ok(rendered.size >= 60, `${rendered.size} of ${charts.length}`);
  });
});

/** Returns the values files that the authors of a chart use in their tests. */
function valuesFilesOf({ root, folder }: CorpusCase): readonly string[] {
  const tests = join(root, folder, 'ci');
  if (!existsSync(tests)) return [];
  return readdirSync(tests)
    .filter((name) => name.endsWith('values.yaml'))
    .map((name) => join('ci', name));
}

/** Returns whether both render the chart. If one fails, the other must fail with the same message. */
async function comparesEqual(folder: string, options: ReleaseOptions): Promise<boolean> {
  const [native, ours] = await Promise.all([
    helmTemplate(folder, options),
    engine.template(folder, options),
  ]);
  if (ours.type === 'random') {
    await comparesEqualButForChance(folder, options, native);
    return false;
  }
  if (native.type === 'failed' || ours.type === 'failed') {
    assert.equal(faultOf(ours), faultOf(native));
    return false;
  }
  assertSameText(native.text, ours.text);
  return true;
}

/**
 * A chart with random values renders differently each time. Lines that stay the same must be equal
 * in the engine's output, unless the chart generates keys, which the engine always refuses.
 */
async function comparesEqualButForChance(
  folder: string,
  options: ReleaseOptions,
  native: NativeResult,
): Promise<void> {
  const again = await helmTemplate(folder, options);
  assert.ok(native.type === 'printed' && again.type === 'printed');
  assert.notEqual(native.text, again.text, 'EN8: this chart has no random values');
  const seeded = await engine.template(folder, options, 'a1b2');
  if (seeded.type === 'random') {
    assert.ok(seeded.uses.every(({ key }) => key));
    return;
  }
  assert.ok(seeded.type === 'printed', JSON.stringify(seeded));
  const repeated = again.text.split('\n');
  const isStable = (line: string, index: number) => line === repeated[index];
  const made = seeded.text.split('\n');
  const wanted = native.text.split('\n').map((line, index) => (isStable(line, index) ? line : '*'));
  const got = made.map((line, index) => (wanted[index] === '*' ? '*' : line));
  assertSameText(wanted.join('\n'), got.join('\n'));
  assert.deepEqual(
    await engine.template(folder, options, 'a1b2'),
    seeded,
    'EN8: a seed determines random values',
  );
}

/** Returns the error message without parts that depend on this machine or the program's options. */
function faultOf(result: NativeResult): string {
  if (result.type === 'printed') return '';
  const message = result.message
    .replace(/^(level=.*\n)*Error: /, '')
    .replace(/\n*Use --debug flag to render out invalid YAML$/, '')
    .trim();
  return faultsOfOrder.has(message)
    ? invalidVersion
    : message.replace(/(: Get "[^"]*"): .*/s, '$1');
}

/** Message of the engine for charts with two faults, of which Helm reports the other one. */
const invalidVersion = 'invalid chart apiVersion';
const faultsOfOrder: ReadonlySet<string> = new Set([
  'validation: chart.metadata.name ".." is not allowed',
  'validation: chart.metadata.name "." is not allowed',
  'validation: chart.metadata.name "a/../b" is invalid',
]);
