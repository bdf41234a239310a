import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { hostOf, resolveHost } from '#traffic/ask/dns.ts';
import { callerStarts, gatewayStarts } from '#traffic/ask/proxies.ts';
import { istioRequest } from '#traffic/ask/request.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, gateway, meshSettings, service } from './objects.ts';

const entry: KubeObject = {
  ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
  metadata: { name: 'mail', namespace: 'default' },
  spec: { hosts: ['*.mail.example.com'], addresses: ['192.0.2.7/32'] },
};

function meshWith(config: readonly KubeObject[], member1: readonly KubeObject[]): Mesh {
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1'), cluster('member2')],
    meshes: [meshSettings(['member1', 'member2'])],
    objects: new Map([
      ['mesh1', config],
      ['member1', member1],
      ['member2', [service('far'), deployment('web', { app: 'web' })]],
    ]),
    replicasOf: () => 2,
  });
  assert(mesh);
  return mesh;
}

const ingress = gateway('in', { selector: { istio: 'ingressgateway' } });

describe('the proxies of a mesh', () => {
  it('are the workloads that a Gateway selects, each once for a cluster', () => {
    const mesh = meshWith([ingress], [deployment('in', { istio: 'ingressgateway' })]);
    const [only, ...others] = gatewayStarts(mesh);
    assert.deepEqual(others, []);
    assert.equal(only?.proxy.id, 'router/member1/default/in');
    assert.equal(only.isAssumed, false);
    assert.deepEqual(only.proxy.labels, { istio: 'ingressgateway' });
  });

  it('are assumed on the first member where nothing rendered is selected', () => {
    const [only] = gatewayStarts(meshWith([ingress], []));
    assert.equal(only?.isAssumed, true);
    assert.equal(only.proxy.cluster, 'member1');
    assert.deepEqual(only.proxy.labels, { istio: 'ingressgateway' });
  });

  it('are a workload for each namespace of each member, or those that a selector names', () => {
    const own = [deployment('in', { istio: 'ingressgateway' }), deployment('a', { app: 'a' })];
    const mesh = meshWith([ingress], [...own, deployment('b', { app: 'b' })]);
    const idsOf = (selector?: object) => callerStarts(mesh, selector).map(({ proxy }) => proxy.id);
    assert.deepEqual(idsOf(), ['sidecar/member1/default/a', 'sidecar/member2/default/web']);
    assert.deepEqual(idsOf({ workload: 'b' }), ['sidecar/member1/default/b']);
    assert.deepEqual(idsOf({ cluster: 'member2' }), ['sidecar/member2/default/web']);
    assert.deepEqual(idsOf({ namespace: 'none' }), []);
  });
});

describe('the DNS of a member', () => {
  const mesh = meshWith([entry], [service('near')]);
  const caller = { cluster: 'member1', namespace: 'default' };
  const resolved = (name: string, from = caller) => {
    const found = resolveHost(mesh, from, name);
    return found.type === 'service' ? hostOf(found.service) : found.type;
  };

  it('resolves short and full names of the Services of its own cluster', () => {
    const full = 'near.default.svc.cluster.local';
    for (const name of ['near', 'near.default', 'near.default.svc', full, `${full}.`]) {
      assert.equal(resolved(name), full, name);
    }
    assert.equal(resolved('near', { ...caller, namespace: 'other' }), 'unresolved');
    assert.equal(resolved('near.default', { ...caller, namespace: 'other' }), full);
    assert.equal(resolved('near.default.example.com'), 'unresolved');
  });

  it('does not resolve the Services of other clusters, and says where they are', () => {
    assert.deepEqual(resolveHost(mesh, caller, 'far'), {
      type: 'unresolved',
      isElsewhere: true,
      reason: 'far does not resolve on member1: its Service is only on member2',
    });
  });

  it('resolves the hosts of ServiceEntries', () => {
    assert.deepEqual(resolveHost(mesh, caller, 'eu.mail.example.com'), {
      ...{ type: 'entry', host: 'eu.mail.example.com', address: '192.0.2.7' },
    });
  });
});

describe('the request to Istio', () => {
  it('has the key of each configuration object as its reference, and the objects of each cluster', () => {
    const mesh = meshWith([ingress, entry], [service('near')]);
    const { config, clusters, proxies, analyze } = istioRequest(mesh, [], { analyze: true });
    assert.deepEqual(
      config.map(({ ref }) => ref),
      ['networking.istio.io/Gateway/default/in', 'networking.istio.io/ServiceEntry/default/mail'],
    );
    // Analyzers read the Deployment among the pods.
    assert.deepEqual(
      clusters.map(({ name, services, pods }) => [name, services.length, pods.length]),
      [
        ['member1', 1, 0],
        ['member2', 1, 3],
        ['mesh1', 0, 0],
      ],
    );
    assert.deepEqual([proxies, analyze], [[], true]);
  });
});
