import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineDigest, loadEngine } from '#io/engine/artifacts.ts';
import { engines } from '#io/engine/pool.ts';

describe('engine artifacts', () => {
  it('EN4: a module is compiled once in a process, when it is first asked for', async () => {
    const [first, second] = await Promise.all([loadEngine('kustomize'), loadEngine('kustomize')]);
    assert.equal(first, second);
    assert.match(await engineDigest('kustomize'), /^[0-9a-f]{64}$/);
  });

  it('EN4: the engines of a process start nothing before they are called', () => {
    assert.equal(engines.size, 0);
  });
});
