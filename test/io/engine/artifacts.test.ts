import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineDigest, loadEngine } from '#io/engine/artifacts.ts';
import { engines } from '#io/engine/pool.ts';

describe('engine artifacts', () => {
  it('EN4: a process compiles a module once, at its first use', async () => {
    const [first, second] = await Promise.all([loadEngine('kustomize'), loadEngine('kustomize')]);
    assert.equal(first, second);
    assert.match(await engineDigest('kustomize'), /^[0-9a-f]{64}$/);
  });

  it('EN4: engines start no thread before the first call', () => {
    assert.equal(engines.size, 0);
  });
});
