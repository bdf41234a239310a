/** Engines that reuse their instance for later builds. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { type CorpusCase, readCorpus } from './corpus.ts';
import { HelmEngine } from './helm-engine.ts';
import { buildInMemory } from './kustomize-engine.ts';

const { charts, kustomizations } = await readCorpus();
const release = { name: 'web', namespace: 'shop', kubeVersion: 'v1.34.2', apiVersions: [] };
/** One thread, so that all builds of an engine share one instance. */
const pool = new EnginePool({ workers: 1 });
after(() => pool.close());

describe('a reused instance', () => {
  it('EN4: charts render the same first, second, and after 50 others', async () => {
    const render = (one: CorpusCase, on: EnginePool) =>
      new HelmEngine(on).template(join(one.root, one.folder), release);
    await comparesEqual(charts.slice(0, 60), render);
  });

  it('EN4: kustomizations build the same first, second, and after 50 others', async () => {
    const small = kustomizations.filter(({ name }) => /podinfo|descheduler|kwok|katib/.test(name));
    await comparesEqual([...small, ...small].slice(0, 60), buildInMemory);
  });
});

/** Builds all cases in one instance, and the first and the last five in instances of their own. */
async function comparesEqual<T>(
  cases: readonly CorpusCase[],
  build: (one: CorpusCase, on: EnginePool) => Promise<T>,
): Promise<void> {
  const kept: T[] = [];
  for (const one of cases) kept.push(await build(one, pool));
  const late = cases.length - 5;
  assert.ok(late > 50, `${cases.length} cases`);
  for (const index of [0, 1, late, late + 1, late + 2, late + 3, late + 4]) {
    const [one] = cases.slice(index);
    if (one === undefined) continue;
    const own = new EnginePool({ workers: 1 });
    assert.deepEqual(await build(one, own), kept[index], one.name);
    await own.close();
  }
}
