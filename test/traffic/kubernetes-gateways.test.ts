import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { gatewayStarts } from '#traffic/ask/proxies.ts';
import { withGatewayApiDefaults } from '#traffic/mesh/gateway-api-defaults.ts';
import { withDeployedGateways } from '#traffic/mesh/kubernetes-gateways.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, meshSettings, service } from './objects.ts';

const api = (kind: string, name: string, spec: object, namespace = 'default'): KubeObject => ({
  ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace }, spec },
});

const listeners = [
  { name: 'http', port: 80, protocol: 'HTTP' },
  { name: 'more', port: 80, protocol: 'HTTP', hostname: 'a.example.com' },
];

function meshWith(config: readonly KubeObject[], member: readonly KubeObject[] = []): Mesh {
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1')],
    meshes: [meshSettings(['member1'])],
    objects: new Map([
      ['mesh1', config],
      ['member1', member],
    ]),
    replicasOf: () => 1,
  });
  assert(mesh);
  return mesh;
}

const idsOf = (mesh: Mesh): readonly string[] => gatewayStarts(mesh).map(({ proxy }) => proxy.id);

describe('a Gateway of the Gateway API', () => {
  const gatewayOf = (spec: object, name = 'web', namespace = 'default'): KubeObject =>
    api('Gateway', name, { gatewayClassName: 'istio', listeners, ...spec }, namespace);

  it('gets the Service that Istio deploys, on the cluster of the control plane', () => {
    const mesh = withDeployedGateways(meshWith([gatewayOf({})]));
    const [made, ...others] = mesh.clusters.find(({ name }) => name === 'mesh1')?.services ?? [];
    assert.deepEqual([made?.metadata, others], [{ name: 'web-istio', namespace: 'default' }, []]);
    assert(made);
    const { ports, selector } = made['spec'] as Record<string, unknown>;
    assert.deepEqual(ports, [{ name: 'tcp-80', port: 80, targetPort: 80 }]);
    assert.deepEqual(selector, { 'gateway.networking.k8s.io/gateway-name': 'web' });
    assert.deepEqual(idsOf(mesh), ['router/mesh1/default/web-istio']);
  });

  it('keeps a Service of that name that is rendered', () => {
    const mesh = meshWith([gatewayOf({}), service('web-istio')]);
    assert.deepEqual(withDeployedGateways(mesh).clusters, mesh.clusters);
  });

  it('is another one in each namespace', () => {
    const mesh = meshWith([gatewayOf({}), gatewayOf({}, 'web', 'shop')]);
    assert.deepEqual(idsOf(mesh), [
      'router/mesh1/default/web-istio',
      'router/mesh1/shop/web-istio',
    ]);
  });

  it('is served by the workload of the Service that its address names', () => {
    const addresses = [{ type: 'Hostname', value: 'ingress.default.svc.cluster.local' }];
    const workload = deployment('ingress', { app: 'ingress' });
    const mesh = meshWith([gatewayOf({ addresses })], [service('ingress'), workload]);
    assert.deepEqual(idsOf(mesh), ['router/member1/default/ingress']);
    assert.deepEqual(withDeployedGateways(mesh), mesh);
  });

  it('counts only if its class belongs to Istio', () => {
    const other = gatewayOf({ gatewayClassName: 'other' });
    const classOf = (controllerName: string) => api('GatewayClass', 'other', { controllerName });
    assert.deepEqual(idsOf(meshWith([other])), []);
    assert.deepEqual(idsOf(meshWith([other, classOf('example.com/controller')])), []);
    assert.deepEqual(idsOf(meshWith([other, classOf('istio.io/gateway-controller')])), [
      'router/mesh1/default/web-other',
    ]);
  });
});

describe('the defaults of the Gateway API', () => {
  it('stand for absent fields', () => {
    const route = api('HTTPRoute', 'web', {
      parentRefs: [{ name: 'web' }],
      rules: [
        { matches: [{ headers: [{ name: 'a', value: 'b' }] }], backendRefs: [{ name: 'c' }] },
      ],
    });
    const { spec } = withGatewayApiDefaults(route) as unknown as Record<string, unknown>;
    assert.deepEqual(spec, {
      parentRefs: [{ name: 'web', group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
      rules: [
        {
          matches: [
            {
              headers: [{ name: 'a', value: 'b', type: 'Exact' }],
              path: { type: 'PathPrefix', value: '/' },
            },
          ],
          backendRefs: [{ name: 'c', group: '', kind: 'Service', weight: 1 }],
        },
      ],
    });
  });

  it('give an HTTPRoute without rules one for all paths', () => {
    const { spec } = withGatewayApiDefaults(api('HTTPRoute', 'web', {})) as unknown as {
      spec: unknown;
    };
    assert.deepEqual(spec, {
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
  });

  it('leave what is written, and objects of other groups', () => {
    const redirect = { type: 'RequestRedirect', requestRedirect: { statusCode: 301 } };
    const rule = { matches: [{ path: { type: 'Exact', value: '/a' } }], filters: [redirect] };
    const route = api('HTTPRoute', 'web', { rules: [rule] });
    assert.deepEqual(withGatewayApiDefaults(route), route);
    const other = { ...api('Gateway', 'web', {}), apiVersion: 'networking.istio.io/v1' };
    assert.equal(withGatewayApiDefaults(other), other);
  });
});
