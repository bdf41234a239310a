/** A mesh that is large enough to be asked in parts. */
import assert from 'node:assert/strict';
import type { KubeObject } from '#model/object.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, gateway, meshSettings, service } from '../traffic/objects.ts';

const members = Array.from({ length: 8 }, (_, index) => `member${index}`);
const apps = Array.from({ length: 20 }, (_, index) => `app-${index}`);
const labels = { istio: 'ingressgateway' };

/** Objects that replace or join those of the mesh, by `cluster/kind/name`; undefined removes one. */
export type Edits = Readonly<Record<string, KubeObject | undefined>>;

/** Returns 20 applications on 4 of 8 members each, with a host each at the gateway on member0. */
export function largeMesh(edits: Edits = {}): Mesh {
  const objects = new Map<string, KubeObject>();
  const add = (name: string, object: KubeObject) =>
    objects.set(`${name}/${object.kind}/${object.metadata.name}`, object);
  for (const [index, app] of apps.entries()) {
    add('mesh1', virtualService(app, [{ to: app, weight: 100 }]));
    for (const name of members.filter((_, at) => (at + index) % 2 === 0)) {
      add(name, service(app));
      add(name, deployment(app, { app, version: 'v1' }, { replicas: 6 }));
    }
  }
  add('mesh1', rule('app-0', { outlierDetection: { consecutive5xxErrors: 1 } }));
  for (const one of wideRules) add('mesh1', one);
  const servers = [
    { port, hosts: ['*'] },
    { port: { ...port, number: 8090, name: 'alone' }, hosts: ['alone.example.com'] },
  ];
  add('mesh1', gateway('public', { selector: labels, servers }));
  add('member0', deployment('gateway', labels));
  add('member0', service('gateway', { selector: labels, ports: [{ port: 80, targetPort: 8080 }] }));
  for (const [key, object] of Object.entries(edits)) {
    if (object === undefined) objects.delete(key);
    else objects.set(key, object);
  }
  return meshFrom(objects);
}

const port = { number: 80, name: 'http', protocol: 'HTTP' };

function meshFrom(objects: ReadonlyMap<string, KubeObject>): Mesh {
  const byCluster = Map.groupBy(objects, ([key]) => key.slice(0, key.indexOf('/')));
  const registered = members.map((name, at) => cluster(name, { region: at < 4 ? 'east' : 'west' }));
  const [mesh] = meshesOf({
    clusters: [...registered, cluster('mesh1')],
    meshes: [meshSettings(members)],
    objects: new Map([...byCluster].map(([name, some]) => [name, some.map(([, one]) => one)])),
    replicasOf: () => undefined,
  });
  assert.ok(mesh);
  return mesh;
}

/** Returns the routes of an application at the gateway. */
export function virtualService(
  app: string,
  routes: readonly { readonly to: string; readonly weight: number }[],
  spec: object = {},
): KubeObject {
  const route = routes.map(({ to, weight }) => ({ destination: { host: to }, weight }));
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
    metadata: { name: app, namespace: 'default' },
    spec: { hosts: [`${app}.example.com`], gateways: ['public'], http: [{ route }], ...spec },
  };
}

/** A wildcard, a rule that delegates and its delegate, and the only host of a server. */
const wideRules: readonly KubeObject[] = [
  virtualService('wild', [{ to: 'app-1', weight: 100 }], { hosts: ['*.wild.example.com'] }),
  virtualService('root', [], {
    http: [{ match: [{ uri: { prefix: '/' } }], delegate: { name: 'leaf' } }],
  }),
  virtualService('leaf', [{ to: 'app-2', weight: 100 }], { hosts: [], gateways: [] }),
  virtualService('alone', [{ to: 'app-6', weight: 100 }]),
];

/** Returns a DestinationRule for an application. */
export function rule(app: string, trafficPolicy: object): KubeObject {
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
    metadata: { name: app, namespace: 'default' },
    spec: { host: app, trafficPolicy },
  };
}
