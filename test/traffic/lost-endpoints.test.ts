import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KubeObject, valueAt } from '#model/object.ts';
import { lostEndpoints, unreportedLosses } from '#traffic/ask/lost-endpoints.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { cluster, deployment, meshSettings, service } from './objects.ts';

function meshWith(...objects: readonly KubeObject[]): Mesh {
  const [mesh] = meshesOf({
    clusters: [cluster('mesh1'), cluster('member1')],
    meshes: [meshSettings(['member1'])],
    objects: new Map([['member1', objects]]),
    replicasOf: (object) => Number(valueAt(object, ['spec', 'replicas'])),
  });
  assert(mesh);
  return mesh;
}

describe('M4: Services that lose their last endpoint', () => {
  const pods = deployment('reviews-v1', { app: 'reviews' });
  const without = deployment('reviews-v1', { app: 'reviews' }, { replicas: 0 });
  const [before, after] = [
    meshWith(service('reviews'), pods),
    meshWith(service('reviews'), without),
  ];

  it('M4: names a Service that has pods before the change and none after it', () => {
    assert.deepEqual(lostEndpoints(before, after), [
      {
        ...{ mesh: 'mesh1', targets: ['reviews.default'], from: ['every caller'] },
        ...{ changes: ['lost its last endpoint'], isLoss: true },
      },
    ]);
    assert.deepEqual(lostEndpoints(after, after), []);
    assert.deepEqual(lostEndpoints(before, before), []);
    assert.deepEqual(lostEndpoints(before, meshWith(pods)), []);
    assert.deepEqual(lostEndpoints(undefined, after), []);
  });

  it('M4: does not repeat a loss that the comparison of requests names', () => {
    const losses = lostEndpoints(before, after);
    const [loss] = losses;
    assert(loss);
    const known = { ...loss, targets: ['reviews.default:9080/'], from: ['default on member1'] };
    assert.deepEqual(unreportedLosses(losses, [known]), []);
    assert.deepEqual(unreportedLosses(losses, [{ ...known, isLoss: false }]), losses);
  });
});
