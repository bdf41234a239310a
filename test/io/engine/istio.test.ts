import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineCall, EngineResult } from '#io/engine/call.ts';
import { askIstio } from '#io/engine/istio.ts';
import type { IstioRequest } from '#model/istio-engine.ts';

const request: IstioRequest = {
  mesh: { name: 'mesh1', controlPlane: 'mesh1' },
  config: [],
  clusters: [],
  proxies: [],
};

/** Returns a pool that gives one result, and the calls that it got. */
function poolWith(result: EngineResult) {
  const calls: EngineCall[] = [];
  const run = async (call: EngineCall) => {
    calls.push(call);
    return result;
  };
  return { calls, run };
}

describe('askIstio', () => {
  it('M1: names the mesh in the call and returns the answer of the engine', async () => {
    const answer = { istioVersion: '1.31', proxies: [], messages: [] };
    const pool = poolWith({ type: 'answered', answer, randomBytes: 0 });
    assert.deepEqual(await askIstio(request, pool), { type: 'answered', answer });
    assert.deepEqual(pool.calls, [{ engine: 'istio', name: 'mesh mesh1', request }]);
  });

  it('M1: returns a failure of the pool', async () => {
    const failure = {
      type: 'failed',
      fault: 'too-slow',
      message: 'mesh mesh1 is too slow',
    } as const;
    assert.equal(await askIstio(request, poolWith(failure)), failure);
  });
});
