import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import { routesThatEnd } from '#io/engine/istio-cause.ts';
import { EnginePool } from '#io/engine/pool.ts';
import type { IstioConfig, IstioRequest } from '#model/istio-engine.ts';
import type { KubeObject } from '#model/object.ts';

const group = 'gateway.networking.k8s.io';
const metadata = { name: 'web', namespace: 'default' };
const labels = { 'gateway.networking.k8s.io/gateway-name': 'web' };

const gateway: KubeObject = {
  ...{ apiVersion: `${group}/v1`, kind: 'Gateway', metadata },
  spec: {
    gatewayClassName: 'istio',
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
    ],
  },
};

function service(name: string, clusterIP: string, port: number): KubeObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' } },
    spec: { clusterIP, selector: labels, ports: [{ name: 'http', port }] },
  };
}

function route(name: string, fields: object): IstioConfig {
  const backendRefs = [{ group: '', kind: 'Service', name: 'reviews', port: 9080, weight: 1 }];
  return {
    ref: name,
    object: {
      ...{ apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { name, namespace: 'default' } },
      spec: {
        parentRefs: [{ group, kind: 'Gateway', name: 'web' }],
        hostnames: [`${name}.example.com`],
        rules: [{ backendRefs, ...fields }],
      },
    },
  };
}

function requestWith(...routes: readonly IstioConfig[]): IstioRequest {
  return {
    mesh: { name: 'mesh1', controlPlane: 'one' },
    config: [{ ref: 'gateway', object: gateway }, ...routes],
    clusters: [
      {
        name: 'one',
        namespaces: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }],
        services: [service('reviews', '10.1.1.1', 9080), service('web-istio', '10.1.1.2', 80)],
        ...{ pods: [], endpointSlices: [] },
      },
    ],
    proxies: [
      {
        ...{ id: 'router/one/default/web', type: 'router', cluster: 'one', namespace: 'default' },
        ...{ labels, ip: '10.0.0.1' },
      },
    ],
  };
}

// The type of the match is absent from a header, and the new path from a rewrite.
const untyped = route('untyped', { matches: [{ headers: [{ name: 'a', value: 'b' }] }] });
const pathless = route('pathless', {
  filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath' } } }],
});
const sound = ['a', 'b', 'c', 'd'].map((name) => route(name, {}));

describe('a route that ends the engine', () => {
  const pool = new EnginePool({ workers: 1 });
  after(() => pool.close());

  it('M1: is left out and named, and Istio answers about the others', async () => {
    const given = requestWith(...sound, untyped, pathless);
    const result = await askIstio(given, pool);
    assert.ok(result.type === 'answered');
    const { leftOut = [], proxies, error } = result.answer;
    assert.deepEqual([leftOut.map(({ ref }) => ref), error], [['untyped', 'pathless'], undefined]);
    assert.match(leftOut[0]?.reason ?? '', /nil pointer dereference/);
    const routes = JSON.stringify(proxies[0]?.routes);
    for (const name of ['a', 'b', 'c', 'd']) assert.match(routes, new RegExp(`"${name}.example`));
    assert.doesNotMatch(routes, /untyped/);
  });
});

describe('routesThatEnd', () => {
  /** Ends like an engine that cannot read some routes, or two of them together. */
  const endsBy =
    (isFatal: (refs: readonly string[]) => boolean) =>
    async ({ config }: IstioRequest) =>
      ({ type: isFatal(config.map(({ ref }) => ref)) ? 'failed' : 'answered' }) as const;
  const causes = async (isFatal: (refs: readonly string[]) => boolean) => {
    const found = await routesThatEnd(requestWith(...sound), endsBy(isFatal));
    return found.map(({ ref }) => ref);
  };

  it('returns each route that ends the engine alone', async () => {
    assert.deepEqual(await causes((refs) => refs.includes('b') || refs.includes('d')), ['b', 'd']);
  });

  it('returns all routes if only some together end the engine', async () => {
    const isFatal = (refs: readonly string[]) => refs.includes('a') && refs.includes('d');
    assert.deepEqual(await causes(isFatal), ['a', 'b', 'c', 'd']);
  });

  it('returns none if the engine ends without routes, too', async () => {
    assert.deepEqual(await causes(() => true), []);
  });
});
