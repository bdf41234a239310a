/** Asks the Istio engine about parts of a large mesh and about the whole, and compares the answers. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import { engines } from '#io/engine/pool.ts';
import type { KubeObject } from '#model/object.ts';
import { compareTraffic } from '#traffic/ask/compare.ts';
import { compareMeshes } from '#traffic/ask/compare-meshes.ts';
import { askInParts } from '#traffic/ask/in-parts.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import {
  type PlannedQuestion,
  planQuestion,
  type Question,
  trafficOf,
} from '#traffic/ask/traffic.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { deployment, service } from '../traffic/objects.ts';
import { type Edits, largeMesh, rule, virtualService } from './parts-fleet.ts';

/** Numbers of pods, proxies and VirtualServices in the requests to the engine. */
const asked: {
  readonly pods: number;
  readonly proxies: number;
  readonly rules: number;
}[] = [];

async function ask(planned: PlannedQuestion): Promise<MeshTraffic> {
  const { clusters, proxies, config } = planned.request;
  asked.push({
    pods: clusters.flatMap(({ pods }) => pods).length,
    proxies: proxies.length,
    rules: config.filter(({ object }) => object.kind === 'VirtualService').length,
  });
  return trafficOf(planned, async (request) => {
    const result = await askIstio(request);
    assert.equal(result.type, 'answered');
    return result.type === 'answered' ? result.answer : assert.fail();
  });
}

/** Returns the answer about the whole mesh. */
async function whole(mesh: Mesh, question: Question): Promise<MeshTraffic> {
  const answer = await ask(planQuestion(mesh, question));
  asked.length = 0;
  return answer;
}

function query(host: string): NonNullable<Question['query']> {
  return { host, path: '/', method: 'GET', headers: new Map() };
}

/** Names callers in one order: parts name those that go the same way together. */
function sorted({ rows, notes }: MeshTraffic): unknown {
  const texts = rows.map((row) => JSON.stringify({ ...row, from: row.from.toSorted() }));
  return { rows: texts.sort(), notes };
}

after(() => engines.close());

describe('a part of a large mesh', () => {
  const mesh = largeMesh();
  const questions: Readonly<Record<string, Question>> = {
    'a host at the gateway': { query: query('app-3.example.com') },
    'a host without a route': { query: query('none.example.com') },
    'a host that another header names': {
      query: { ...query('none.example.com'), headers: new Map([['host', 'app-4.example.com:80']]) },
    },
    'the host of a wildcard': { query: query('any.wild.example.com') },
    'the host of a delegating rule': { query: query('root.example.com') },
    'a Service, from everywhere': { query: query('app-0.default') },
    'a Service, from one cluster': {
      ...{ query: query('app-0'), from: { cluster: 'member4', namespace: 'default' } },
    },
    everything: {},
  };
  for (const [name, question] of Object.entries(questions)) {
    it(`M2: answers like the whole about ${name}`, async () => {
      const expected = await whole(mesh, question);
      assert.deepEqual(sorted(await askInParts(mesh, question, ask)), sorted(expected));
    });
  }

  it('M5: has the VirtualServices of the host, besides those that may concern every host', async () => {
    asked.length = 0;
    await askInParts(mesh, { query: query('app-1.example.com') }, ask);
    // That of the host; a wildcard, a root and its delegate; and the only one of a server.
    assert.deepEqual(
      asked.map(({ rules }) => rules),
      [5],
    );
  });

  it('M2: has the pods of one Service and one proxy for callers that answer alike', async () => {
    asked.length = 0;
    await askInParts(mesh, { query: query('app-1.default') }, ask);
    // 4 clusters with 6 pods each, a pod of the gateway; the gateway, and a caller of each region.
    assert.deepEqual(
      asked.map(({ pods, proxies }) => [pods, proxies]),
      [[25, 3]],
    );
  });
});

describe('a change of a large mesh', () => {
  const scaled = deployment('app-2', { app: 'app-2', version: 'v2' }, { replicas: 60 });
  const split = virtualService('app-5', [
    { to: 'app-5', weight: 90 },
    { to: 'app-6', weight: 10 },
  ]);
  const edits: Readonly<Record<string, Edits>> = {
    'another version with more replicas on one cluster': { 'member0/Deployment/app-2': scaled },
    'weights of a route': { 'mesh1/VirtualService/app-5': split },
    'a route that is gone': { 'mesh1/VirtualService/app-7': undefined },
    'locality load balancing': {
      'mesh1/DestinationRule/app-1': rule('app-1', { outlierDetection: { interval: '1s' } }),
    },
    'a rule that redirects': {
      'mesh1/VirtualService/app-8': virtualService('app-8', [], {
        http: [{ redirect: { authority: 'other.example.com' } }],
      }),
    },
    'another host of a rule': {
      'mesh1/VirtualService/app-3': virtualService('app-3', [{ to: 'app-3', weight: 100 }], {
        hosts: ['moved.example.com'],
      }),
    },
    'a second VirtualService for a host': {
      'mesh1/VirtualService/more': virtualService('more', [], {
        hosts: ['app-2.example.com'],
        http: [
          { match: [{ uri: { prefix: '/more' } }], route: [{ destination: { host: 'app-4' } }] },
        ],
      }),
    },
    'the only host of a server': { 'mesh1/VirtualService/alone': undefined },
    'a workload that is gone': { 'member1/Deployment/app-9': undefined },
    'the port of a Service': {
      'member1/Service/app-9': service('app-9', { ports: [{ name: 'http', port: 9081 }] }),
    },
  };
  let unchanged: Promise<MeshTraffic> | undefined;
  for (const [name, edit] of Object.entries(edits)) {
    it(`M2: is compared in parts like the whole: ${name}`, async () => {
      const [before, later] = [largeMesh(), largeMesh(edit)];
      unchanged ??= whole(before, {});
      const expected = compareTraffic(await unchanged, await whole(later, {}));
      const changes = changesOf(edit);
      assert.deepEqual(await compareMeshes({ before, after: later }, changes, ask), expected);
      assert.ok(expected.length > 0);
      const isSmall = asked.every(
        ({ pods, proxies, rules }) => pods < 200 && proxies <= 9 && rules <= 8,
      );
      assert.ok(isSmall, JSON.stringify(asked));
    });
  }

  it('M5: asks nothing if the part is the same', async () => {
    const [before, later] = [largeMesh(), largeMesh()];
    asked.length = 0;
    const changes = [{ before: scaled, after: scaled }];
    assert.deepEqual(await compareMeshes({ before, after: later }, changes, ask), []);
    assert.deepEqual(asked, []);
  });
});

/** Returns the changes that edits make. */
function changesOf(edits: Edits) {
  const original = largeMesh();
  return Object.entries(edits).map(([key, after]) => ({ before: found(original, key), after }));
}

/** Returns an object of the mesh by its key. Workloads are no longer in it, but every application has the same. */
function found({ clusters, config }: Mesh, key: string): KubeObject | undefined {
  const [, kind, name = ''] = key.split('/');
  if (kind === 'Deployment') return deployment(name, { app: name, version: 'v1' }, { replicas: 6 });
  const all = [...config, ...clusters.flatMap(({ services }) => services)];
  return all.find((one) => one.kind === kind && one.metadata.name === name);
}
