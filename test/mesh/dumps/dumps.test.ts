import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordedDumps } from './dumps.ts';

describe('the recorded configurations of a real istiod', () => {
  const dumps = recordedDumps();

  it('are at least 20, each with another name', () => {
    assert.ok(dumps.length >= 20, `${dumps.length}`);
    assert.equal(new Set(dumps.map(({ name }) => name)).size, dumps.length);
  });

  for (const { name, request, proxies } of dumps) {
    it(`are complete, and hold nothing of the test bed: ${name}`, () => {
      assert.deepEqual(
        proxies.map(({ id }) => id),
        request.proxies.map(({ id }) => id),
      );
      assert.ok(request.proxies.some(({ type }) => type === 'router'));
      for (const { clusters, endpoints, listeners, routes } of proxies) {
        const served = new Set(endpoints.map(({ clusterName }) => clusterName));
        const asked = clusters.filter(({ type }) => type === 'EDS').map((one) => one.name);
        assert.deepEqual(
          asked.filter((cluster) => !served.has(cluster)),
          [],
        );
        assert.ok(listeners.length > 0 && routes.length > 0);
      }
      assert.ok(!JSON.stringify({ request, proxies }).includes('marker-'));
    });
  }
});
