import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KubeObject, valueAt } from '#model/object.ts';
import type { MeshCluster } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, gateway, meshSettings, service } from './objects.ts';

const replicasOf = (object: KubeObject) => Number(valueAt(object, ['spec', 'replicas']));

function clusterWith(...objects: readonly KubeObject[]): MeshCluster {
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1', { region: 'eu', zones: ['eu-a', 'eu-b'] })],
    meshes: [meshSettings(['member1'])],
    objects: new Map([['member1', objects]]),
    replicasOf,
  });
  const found = mesh?.clusters.find(({ name }) => name === 'member1');
  assert(found);
  return found;
}

/** Returns the ports and the number of endpoints of each slice. */
function slices({ endpointSlices }: MeshCluster) {
  return endpointSlices.map(({ metadata, ports, endpoints }) => ({
    service: metadata.labels?.['kubernetes.io/service-name'],
    ports: (ports as { name: string; port: number }[]).map(({ name, port }) => `${name}:${port}`),
    endpoints: (endpoints as unknown[]).length,
  }));
}

describe('the mesh model', () => {
  it('derives an endpoint for each replica of the workloads that a Service selects', () => {
    const made = clusterWith(
      service('reviews'),
      deployment('reviews-v1', { app: 'reviews', version: 'v1' }, { replicas: 2 }),
      deployment('reviews-v2', { app: 'reviews', version: 'v2' }),
      deployment('other', { app: 'other' }),
    );
    assert.deepEqual(slices(made), [{ service: 'reviews', ports: ['http:9080'], endpoints: 3 }]);
    assert.equal(made.pods.length, 4);
  });

  it('resolves a named target port for each pod, and leaves out pods without it', () => {
    const named = { ports: [{ name: 'http', port: 80, targetPort: 'web' }] };
    const made = clusterWith(
      service('shop', named),
      deployment('a', { app: 'shop' }, { port: { name: 'web', containerPort: 8080 } }),
      deployment('b', { app: 'shop' }, { port: { name: 'web', containerPort: 8081 } }),
      deployment('c', { app: 'shop' }),
    );
    assert.deepEqual(slices(made), [
      { service: 'shop', ports: ['http:8080'], endpoints: 1 },
      { service: 'shop', ports: ['http:8081'], endpoints: 1 },
      { service: 'shop', ports: [], endpoints: 1 },
    ]);
  });

  it('gives Services addresses, except headless and external ones, whose endpoints are those of their selector', () => {
    const made = clusterWith(
      service('web'),
      service('db', { clusterIP: 'None' }),
      service('mail', { type: 'ExternalName', externalName: 'mail.example.com', selector: {} }),
      service('legacy', { selector: undefined }),
      deployment('db', { app: 'db' }),
    );
    const addresses = made.services.map(({ metadata, spec }) => [
      metadata.name,
      valueAt(spec, ['clusterIP']),
    ]);
    assert.deepEqual(addresses, [
      ['db', 'None'],
      ['legacy', '100.64.0.1'],
      ['mail', undefined],
      ['web', '100.64.0.2'],
    ]);
    assert.deepEqual(
      slices(made).map((slice) => slice.service),
      ['db'],
    );
  });

  it('takes the region and the first zone of the cluster, and the namespaces of the objects', () => {
    const { region, zone, namespaces } = clusterWith(service('web'));
    assert.deepEqual([region, zone], ['eu', 'eu-a']);
    assert.deepEqual(
      namespaces.map(({ metadata }) => metadata.name),
      ['default'],
    );
  });

  it('counts a pod for a DaemonSet, and none for a Job', () => {
    const daemon = { ...deployment('agent', { app: 'agent' }), kind: 'DaemonSet' };
    const job = { ...deployment('once', { app: 'agent' }), apiVersion: 'batch/v1', kind: 'Job' };
    assert.equal(clusterWith(daemon, job).pods.length, 1);
  });

  it('takes the configuration of the control plane alone', () => {
    const [mesh] = meshesOf({
      clusters: [cluster('mesh1'), cluster('member1')],
      meshes: [meshSettings(['member1'])],
      objects: new Map([
        ['mesh1', [gateway('shown', {}), service('web')]],
        ['member1', [gateway('ignored', {})]],
      ]),
      replicasOf,
    });
    assert.deepEqual(
      mesh?.config.map(({ metadata }) => metadata.name),
      ['shown'],
    );
    assert.deepEqual(
      mesh?.clusters.map(({ name }) => name),
      ['member1', 'mesh1'],
    );
    assert.deepEqual(mesh?.members, ['member1']);
  });

  it('treats a cluster with Istio’s kinds that no mesh has as a mesh of its own', () => {
    const meshes = meshesOf({
      clusters: [cluster('a'), cluster('b'), cluster('plain')],
      meshes: [],
      objects: new Map([
        ['a', [gateway('one', {})]],
        ['b', [gateway('two', {})]],
        ['plain', [service('web')]],
      ]),
      replicasOf,
    });
    assert.deepEqual(
      meshes.map(({ name, controlPlane, members }) => [name, controlPlane, members]),
      [
        ['a', 'a', ['a']],
        ['b', 'b', ['b']],
      ],
    );
  });
});
