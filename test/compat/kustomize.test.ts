/** Compares the Kustomize engine with the native Kustomize of the same version, on public kustomizations. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { EnginePool } from '#io/engine/pool.ts';
import { type CorpusCase, readCorpus } from './corpus.ts';
import { assertSameText } from './differs.ts';
import { buildInMemory } from './kustomize-engine.ts';
import { kustomizeBuild } from './native.ts';

const { kustomizations } = await readCorpus();
const pool = new EnginePool();
after(() => pool.close());

/** The names of the kustomizations that Kustomize builds. */
const built = new Set<string>();

describe('public kustomizations', { concurrency: 2 }, () => {
  for (const one of kustomizations) {
    it(`EN9: builds ${one.name} like kustomize build`, async () => {
      if (await comparesEqual(one)) built.add(one.name);
    });
  }
});

describe('the corpus', () => {
  it('EN9: builds at least 40 public kustomizations', () => {
    assert.ok(built.size >= 40, `${built.size} of ${kustomizations.length}`);
  });
});

/** Returns whether both build the kustomization. If one fails, the other must fail too. */
async function comparesEqual(one: CorpusCase): Promise<boolean> {
  const [native, ours] = await Promise.all([
    kustomizeBuild(join(one.root, one.folder)),
    buildInMemory(one, pool),
  ]);
  if (native.type === 'failed' || ours.type === 'failed') {
    assert.equal(ours.type, native.type, JSON.stringify([native, ours]));
    return false;
  }
  assertSameText(native.text, ours.text);
  return true;
}
