import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import { EnginePool } from '#io/engine/pool.ts';
import {
  type IstioAnswer,
  type IstioProxy,
  type IstioRequest,
  istioVersion,
  type ProxyConfig,
} from '#model/istio-engine.ts';
import { bookinfoRequest, gateway } from './istio-mesh.ts';

// One thread answers all requests, so that the tests also show that a request leaves nothing behind.
const pool = new EnginePool({ workers: 1 });

async function ask(request: IstioRequest): Promise<IstioAnswer> {
  const result = await askIstio(request, pool);
  assert.equal(result.type, 'answered', JSON.stringify(result));
  assert.equal(result.answer.error, undefined);
  return result.answer;
}

async function configOf(request: IstioRequest): Promise<ProxyConfig> {
  const [proxy] = (await ask(request)).proxies;
  assert.ok(proxy !== undefined && proxy.error === undefined, proxy?.error);
  return proxy;
}

/** Returns the routes of all virtual hosts, in order. */
function routesOf(proxy: ProxyConfig): readonly Route[] {
  const hosts = proxy.routes.flatMap((one) => (one['virtualHosts'] ?? []) as readonly Host[]);
  return hosts.flatMap(({ routes = [] }) => routes);
}

interface Host {
  readonly routes?: readonly Route[];
}

interface Route {
  readonly name?: string;
  readonly match: Readonly<Record<string, unknown>>;
  readonly route?: { readonly cluster?: string };
  readonly metadata?: { readonly filterMetadata?: Readonly<Record<string, unknown>> };
}

/** Returns the addresses of the endpoints of a cluster of Envoy, sorted. */
function addressesOf(proxy: ProxyConfig, cluster: string): readonly string[] {
  const found = proxy.endpoints.find((one) => one['clusterName'] === cluster);
  const text = JSON.stringify(found ?? {});
  return [...text.matchAll(/"address":"([\d.]+)"/g)].map(([, address = '']) => address).sort();
}

const productpage = 'outbound|9080||productpage.default.svc.cluster.local';
const reviews = 'outbound|9080||reviews.default.svc.cluster.local';

describe('the Istio engine', () => {
  it('M1: a gateway of three rendered clusters gets its routes, clusters and the endpoints of both members', async () => {
    const request = await bookinfoRequest();
    const proxy = await configOf(request);
    const targets = routesOf(proxy).map(({ route }) => route?.cluster);
    assert.deepEqual(targets, Array(5).fill(productpage));
    assert.ok(proxy.listeners.length > 0);
    assert.ok(proxy.clusters.some((one) => one['name'] === reviews));
    assert.deepEqual(addressesOf(proxy, productpage), ['10.0.0.1']);
    const all = request.clusters.flatMap(({ pods }) => pods);
    const expected = all
      .filter(({ metadata }) => metadata.labels?.['app'] === 'reviews')
      .map((pod) => Object(pod['status']).podIP);
    assert.equal(expected.length, 6);
    assert.deepEqual(addressesOf(proxy, reviews), expected.sort());
  });

  it('M1: a caller in member2 gets the Services of member1, too', async () => {
    const request = await bookinfoRequest();
    const caller: IstioProxy = {
      id: 'caller',
      type: 'sidecar',
      cluster: 'member2',
      namespace: 'default',
      labels: { app: 'ratings' },
      ip: '10.1.0.2',
    };
    const proxy = await configOf({ ...request, proxies: [caller] });
    assert.deepEqual(addressesOf(proxy, productpage), ['10.0.0.1']);
    assert.equal(addressesOf(proxy, reviews).length, 6);
  });

  it('M3: each route names the object, the rule and the condition that it comes from', async () => {
    const request = await bookinfoRequest();
    const origins = routesOf(await configOf(request)).map(
      ({ metadata }) => metadata?.filterMetadata?.['regatta'],
    );
    const ref = request.config.find(({ object }) => object.kind === 'VirtualService')?.ref;
    assert.deepEqual(
      origins,
      [0, 1, 2, 3, 4].map((match) => ({ ref, rule: 0, match })),
    );
    assert.deepEqual(
      routesOf(await configOf(request)).map(({ name }) => name),
      Array(5).fill(undefined),
    );
  });

  it('M1: an answer is the same alone and after other requests', async () => {
    const request = await bookinfoRequest();
    const first = JSON.stringify(await ask(request));
    await ask({ ...request, config: [], proxies: [gateway], analyze: true });
    assert.equal(JSON.stringify(await ask(request)), first);
  });

  it('M1: a gateway of a mesh without configuration gets no routes', async () => {
    const request = await bookinfoRequest();
    assert.deepEqual(routesOf(await configOf({ ...request, config: [] })), []);
  });

  it('M5: the answer names the version of Istio that Regatta shows', async () => {
    const request = await bookinfoRequest();
    assert.equal((await ask({ ...request, proxies: [] })).istioVersion, istioVersion);
    await pool.close();
  });
});
