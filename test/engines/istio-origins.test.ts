import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import type { KubeObject } from '#model/object.ts';
import { cluster, deployment, gateway, meshSettings, service } from '#test/traffic/objects.ts';
import { gatewayStarts } from '#traffic/ask/proxies.ts';
import { istioRequest } from '#traffic/ask/request.ts';
import { envoysOf, type Route } from '#traffic/envoy/config.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';

const istio = (kind: string, spec: object): KubeObject => ({
  ...{ apiVersion: 'networking.istio.io/v1alpha3', kind },
  ...{ metadata: { name: 'shop', namespace: 'default' }, spec },
});

const route = [{ destination: { host: 'reviews' } }];
const virtualService = istio('VirtualService', {
  hosts: ['shop.example.com'],
  gateways: ['shop'],
  http: [
    {
      name: 'first',
      match: [{ uri: { prefix: '/a' } }, { name: 'b', uri: { prefix: '/b' } }],
      route,
    },
    { name: 'second', route },
  ],
});

/** Returns an EnvoyFilter that sets the timeout of the routes with a name to 7 seconds. */
const filterOf = (name: string): KubeObject =>
  istio('EnvoyFilter', {
    configPatches: [
      {
        applyTo: 'HTTP_ROUTE',
        match: { routeConfiguration: { vhost: { route: { name } } } },
        patch: { operation: 'MERGE', value: { route: { timeout: '7s' } } },
      },
    ],
  });

/** Returns the routes that a gateway gets. */
async function routesWith(...config: readonly KubeObject[]): Promise<readonly Route[]> {
  const server = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] };
  const selector = { istio: 'ingressgateway' };
  const entry = gateway('shop', { selector, servers: [server] });
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1')],
    meshes: [meshSettings(['member1'])],
    objects: new Map([
      ['mesh1', [entry, ...config]],
      ['member1', [service('reviews'), deployment('ingress', selector)]],
    ]),
    replicasOf: () => 1,
  });
  assert(mesh);
  const proxies = gatewayStarts(mesh).map(({ proxy }) => proxy);
  const result = await askIstio(istioRequest(mesh, proxies));
  assert(result.type === 'answered', JSON.stringify(result));
  const [envoy] = envoysOf(result.answer).values();
  const hosts = [...(envoy?.routes.values() ?? [])].flatMap(
    ({ virtualHosts = [] }) => virtualHosts,
  );
  return hosts.flatMap(({ routes = [] }) => routes);
}

function originOf({ metadata }: Route): unknown {
  const { rule, match } = metadata?.filterMetadata?.regatta ?? {};
  return [rule, match];
}

function namesWithTimeout(routes: readonly Route[]): readonly unknown[] {
  const slow = routes.filter(
    ({ route: action }) => (action as { timeout?: string }).timeout === '7s',
  );
  return slow.map(({ name }) => name);
}

describe('the origin of a route', () => {
  const origins = [
    [0, 0],
    [0, 1],
    [1, undefined],
  ];
  const names = ['first', 'first.b', 'second'];

  it('M3: is the rule and the condition that it comes from', async () => {
    const routes = await routesWith(virtualService);
    assert.deepEqual(routes.map(originOf), origins);
    assert.deepEqual(
      routes.map(({ name }) => name),
      names,
    );
  });

  for (const name of names) {
    it(`M3: stays while an EnvoyFilter selects the route ${name} by its name`, async () => {
      const routes = await routesWith(virtualService, filterOf(name));
      assert.deepEqual(routes.map(originOf), origins);
      assert.deepEqual(namesWithTimeout(routes), [name]);
    });
  }
});
