import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import type { ProxyConfig } from '#model/istio-engine.ts';
import type { JsonObject } from '#model/object.ts';
import { recordedDumps } from '#test/mesh/dumps/dumps.ts';

/** Filters that exist only in Istio's build of Envoy: the recorded istiod has them disabled. */
const ownFilters = new Set(['istio.metadata_exchange', 'istio.alpn']);

describe('the Istio engine against a real istiod of the same version', () => {
  const dumps = recordedDumps();

  it('has at least 20 recorded configurations', () => {
    assert.ok(dumps.length >= 20, `${dumps.length}`);
  });

  for (const { name, request, proxies } of dumps) {
    it(`M1: gives the configuration that istiod sends, field by field: ${name}`, async () => {
      const result = await askIstio(request);
      assert.ok(result.type === 'answered', JSON.stringify(result));
      assert.deepEqual(result.answer.proxies.map(comparable), proxies.map(comparable));
    });
  }
});

/** Returns a configuration with its resources by name, whose order means nothing. */
function comparable({ id, listeners, routes, clusters, endpoints }: ProxyConfig): object {
  return {
    id,
    listeners: byName(listeners),
    routes: byName(routes),
    clusters: byName(clusters),
    endpoints: byName(endpoints),
  };
}

function byName(resources: readonly JsonObject[]): object {
  const named = resources.map((one) => [String(one.name ?? one.clusterName), plain(one)] as const);
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns a value without what only one of the two adds: Istio's own filters, and the origins of routes. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isOwnFilter(item)).map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== 'regatta')
    .map(([key, item]) => [key, plain(item)] as const)
    .filter(([key, item]) => !(isEmpty(item) && removable.has(key)));
  return Object.fromEntries(entries);
}

/** Fields that become empty when something is left out of them. */
const removable = new Set(['filters', 'filterMetadata', 'metadata']);

function isOwnFilter(item: unknown): boolean {
  return ownFilters.has(String((item as JsonObject | null)?.name));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
