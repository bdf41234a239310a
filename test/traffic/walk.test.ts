import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatWays } from '#cli/traffic/text.ts';
import type { IstioProxy, ProxyConfig } from '#model/istio-engine.ts';
import type { JsonObject } from '#model/object.ts';
import { gatewayStarts, type Start } from '#traffic/ask/proxies.ts';
import { type Query, waysFrom } from '#traffic/ask/start.ts';
import { envoyOf } from '#traffic/envoy/config.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { servedShare, type Way } from '#traffic/way/way.ts';
import { bookinfo, configOf, listener, reviews } from './bookinfo.ts';

const query: Query = { host: 'shop', path: '/reviews/0?q=1', method: 'GET', headers: new Map() };

function throughGateway(routes: readonly JsonObject[], asked: Partial<Query> = {}) {
  const mesh = bookinfo();
  const [start] = gatewayStarts(mesh);
  assert(start);
  const envoy = envoyOf(configOf(mesh, routes));
  return waysFrom(mesh, start, envoy, { ...query, port: 80, ...asked });
}

function wayBy(...routes: readonly JsonObject[]): Way {
  const [only] = throughGateway(routes);
  assert(only);
  return only.way;
}

function groups({ destinations }: Way) {
  return destinations.flatMap(({ subset, endpoints }) =>
    endpoints.map(({ cluster, version, count, share }) =>
      [subset ?? '-', cluster, version, count, Math.round(share * 100)].join(' '),
    ),
  );
}

const toReviews = (subset = ''): JsonObject => ({ cluster: `outbound|9080|${subset}|${reviews}` });

describe('the way through a gateway', () => {
  it('M2: follows the first route that matches, with the share of each version on each cluster', () => {
    const way = wayBy(
      { match: { path: '/other' }, route: toReviews('v3') },
      { match: { prefix: '/' }, route: toReviews() },
      { match: { prefix: '/' }, route: toReviews('v2') },
    );
    assert.deepEqual(groups(way), ['- member1 v1 1 25', '- member2 v1 1 25', '- member2 v2 2 50']);
    assert.equal(servedShare(way), 1);
    assert.deepEqual(
      way.destinations.map(({ host, port }) => `${host}:${port}`),
      [`${reviews}:9080`],
    );
  });

  it('M2: answers a caller of gRPC with the status of gRPC if there is no endpoint', () => {
    const headers = new Map([['content-type', 'application/grpc']]);
    const route = { match: { prefix: '/' }, route: toReviews('v3') };
    const [asked] = throughGateway([route], { headers });
    const [grpc] = asked?.way.destinations ?? [];
    assert.deepEqual(
      [grpc?.statusWithoutEndpoints, grpc?.grpcStatusWithoutEndpoints, grpc?.endpoints],
      [200, 14, []],
    );
    const [plain] = wayBy(route).destinations;
    assert.deepEqual([plain?.statusWithoutEndpoints, plain?.endpoints], [undefined, []]);
    const lines = formatWays({
      meshes: [
        {
          ...{ mesh: 'mesh1', istioVersion: '1', notes: [] },
          rows: [{ host: 'shop', path: '/', from: ['gateway'], way: asked?.way ?? assert.fail() }],
        },
      ],
      rules: new Map(),
    });
    assert.equal(lines.at(-1), '    no endpoint: the proxy answers 200, grpc-status 14');
  });

  it('M2: divides requests by the weights of clusters, and loses those to a subset without pods', () => {
    const clusters = [
      { name: `outbound|9080|v2|${reviews}`, weight: 80 },
      { name: `outbound|9080|v3|${reviews}`, weight: 20 },
    ];
    const way = wayBy({ match: { prefix: '/' }, route: { weightedClusters: { clusters } } });
    assert.deepEqual(groups(way), ['v2 member2 v2 2 80']);
    assert.equal(servedShare(way).toFixed(2), '0.80');
  });

  it('M2: shows redirects, rewrites, mirrors, faults and direct responses', () => {
    const redirect = {
      hostRedirect: 'new.example.com',
      httpsRedirect: true,
      responseCode: 'FOUND',
    };
    const redirected = wayBy({ match: { prefix: '/' }, redirect });
    assert.equal(redirected.location, 'https://new.example.com/reviews/0?q=1');
    assert.equal(redirected.status, 302);
    assert.equal(wayBy({ match: { prefix: '/' }, directResponse: { status: 410 } }).status, 410);
    const percentage = { numerator: 100_000, denominator: 'MILLION' };
    const fault = { abort: { httpStatus: 500, percentage }, delay: { fixedDelay: '5s' } };
    const way = wayBy({
      match: { prefix: '/reviews/' },
      route: {
        ...toReviews(),
        prefixRewrite: '/v2/',
        hostRewriteLiteral: 'inner',
        requestMirrorPolicies: [
          { ...toReviews('v2'), runtimeFraction: { defaultValue: percentage } },
        ],
      },
      typedPerFilterConfig: { 'envoy.filters.http.fault': fault },
    });
    assert.deepEqual(way.rewrite, { path: '/v2/0?q=1', host: 'inner' });
    assert.deepEqual(
      way.mirrors.map(({ destination, share }) => [destination.subset, share]),
      [['v2', 0.1]],
    );
    assert.deepEqual(way.fault?.abort, { status: 500, share: 0.1 });
    assert.equal(servedShare(way), 0.9);
  });

  it('M3: names the rule that decided', () => {
    const regatta = {
      ref: 'networking.istio.io/VirtualService/default/bookinfo',
      rule: 1,
      match: 0,
    };
    const metadata = { filterMetadata: { regatta } };
    assert.deepEqual(wayBy({ match: { prefix: '/' }, route: toReviews(), metadata }).rule, regatta);
  });

  it('M2: answers 404 without a host or a route', () => {
    const [way] = throughGateway([{ match: { path: '/other' }, route: toReviews() }]);
    assert.equal(way?.way.status, 404);
    assert.equal(way?.way.reason, 'no route of the host shop matches the request');
  });

  it('M2: listens on the ports that the gateway’s Service leads to it', () => {
    const [way] = throughGateway([], { port: 8443 });
    assert.equal(way?.way.reason, 'the gateway does not listen on port 8443');
    const ports = throughGateway([], { port: undefined }).map(({ port }) => port);
    assert.deepEqual(ports, [80, 9080]);
  });
});

function caller(mesh: Mesh, name: string): Start {
  const pod = [...mesh.pods.values()].find(
    (one) => one.cluster === name && one.workload === 'Deployment/productpage-v1',
  );
  const proxy: IstioProxy = {
    ...{ id: name, type: 'sidecar', cluster: name, namespace: 'default' },
    ...{ labels: pod?.labels ?? {}, ip: pod?.address ?? '' },
  };
  return { proxy, workload: 'Deployment/productpage-v1', isAssumed: false };
}

function fromCaller(name: string, config: (mesh: Mesh) => ProxyConfig, asked: Partial<Query> = {}) {
  const mesh = bookinfo();
  const all = waysFrom(mesh, caller(mesh, name), envoyOf(config(mesh)), {
    ...query,
    host: 'reviews',
    ...asked,
  });
  return all.map(({ port, way }) => ({ port, way }));
}

const everything = [{ match: { prefix: '/' }, route: toReviews() }];

describe('the way from a workload', () => {
  it('resolves the name on the caller’s cluster, and takes the ports of its Service', () => {
    const [only] = fromCaller('member1', (mesh) =>
      configOf(mesh, everything, ['reviews', reviews]),
    );
    assert.equal(only?.port, 9080);
    assert.equal(groups(only.way).length, 3);
  });

  it('M2: a name resolves only where its Service is, wherever the pods are', () => {
    const [only] = fromCaller('member2', (mesh) => configOf(mesh, everything));
    assert.equal(only?.way.outcome, 'refused');
    assert.equal(
      only.way.reason,
      'reviews does not resolve on member2: its Service is only on member1',
    );
  });

  it('M2: a connection that no listener takes goes to the pods of the caller’s cluster', () => {
    const passthrough = (mesh: Mesh): ProxyConfig => ({
      ...configOf(mesh, []),
      listeners: [
        {
          ...listener('0.0.0.0', 15_001, { typedConfig: { cluster: 'PassthroughCluster' } }),
          name: 'virtualOutbound',
        },
      ],
      clusters: [{ name: 'PassthroughCluster', type: 'ORIGINAL_DST' }],
    });
    const [only] = fromCaller('member1', passthrough);
    assert.deepEqual(only && groups(only.way), ['- member1 v1 1 100']);
  });

  it('M2: prefers the listener of the address to that of the port', () => {
    const tcp = (mesh: Mesh): ProxyConfig => {
      const { clusters, listeners, ...config } = configOf(mesh, []);
      const filter = { typedConfig: { cluster: `outbound|9080|v2|${reviews}` } };
      const [first] = mesh.clusters.find(({ name }) => name === 'member1')?.services ?? [];
      assert.equal(first?.metadata.name, 'ingress');
      return {
        ...config,
        clusters,
        listeners: [...listeners, listener('100.64.0.2', 9080, filter)],
      };
    };
    const [only] = fromCaller('member1', tcp);
    assert.deepEqual(only && groups(only.way), ['v2 member2 v2 2 100']);
  });
});
