import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { balance } from '#traffic/envoy/balance.ts';
import type { LbEndpoint, LocalityEndpoints } from '#traffic/envoy/config.ts';

const weighted = { commonLbConfig: { localityWeightedLbConfig: {} } };

function locality(
  addresses: string,
  fields: Omit<LocalityEndpoints, 'lbEndpoints'> = {},
): LocalityEndpoints {
  const lbEndpoints = addresses.split(' ').map((text): LbEndpoint => {
    const healthStatus = text.endsWith('!') ? 'UNHEALTHY' : 'HEALTHY';
    const address = { socketAddress: { address: text.replace('!', ''), portValue: 80 } };
    return { endpoint: { address }, healthStatus };
  });
  return { ...fields, lbEndpoints };
}

/** Returns percentages by address. */
function shares(cluster: object, ...endpoints: readonly LocalityEndpoints[]) {
  const all = balance(cluster, { endpoints });
  return Object.fromEntries(
    all.map(({ address, share }) => [address.address, Math.round(share * 1000) / 10]),
  );
}

describe('Envoy’s balance', () => {
  it('M2: divides requests equally among the healthy endpoints', () => {
    assert.deepEqual(shares({}, locality('a b c d!')), { a: 33.3, b: 33.3, c: 33.3 });
  });

  it('M2: ignores the weights of localities unless the cluster asks for them', () => {
    const localities = [
      locality('a', { loadBalancingWeight: 80 }),
      locality('b', { loadBalancingWeight: 20 }),
    ];
    assert.deepEqual(shares({}, ...localities), { a: 50, b: 50 });
    assert.deepEqual(shares(weighted, ...localities), { a: 80, b: 20 });
  });

  it('M2: a locality loses weight only below 1 / 1.4 of healthy endpoints', () => {
    const half = [
      locality('a b!', { loadBalancingWeight: 50 }),
      locality('c', { loadBalancingWeight: 50 }),
    ];
    assert.deepEqual(shares(weighted, ...half), { a: 41.2, c: 58.8 });
    const most = [
      locality('a b c d!', { loadBalancingWeight: 50 }),
      locality('e', { loadBalancingWeight: 50 }),
    ];
    assert.deepEqual(shares(weighted, ...most), { a: 16.7, b: 16.7, c: 16.7, e: 50 });
  });

  it('M2: a lower priority gets what the higher one is not healthy enough for', () => {
    const near = (addresses: string) => locality(addresses, { priority: 0 });
    const far = locality('x', { priority: 1 });
    assert.deepEqual(shares({}, near('a b'), far), { a: 50, b: 50 });
    assert.deepEqual(shares({}, near('a b!'), far), { a: 70, x: 30 });
    assert.deepEqual(shares({}, near('a! b!'), far), { x: 100 });
  });

  it('M2: has no shares without a healthy endpoint', () => {
    assert.deepEqual(shares({}, locality('a!')), {});
    assert.deepEqual(shares({}), {});
  });
});
