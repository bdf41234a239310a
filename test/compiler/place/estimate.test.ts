import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEstimators } from '#compiler/place/estimate.ts';
import type { ResourceList } from '#model/cluster.ts';
import { type ClusterParts, clusterOf, requestFor } from './samples.ts';

function room(cluster: ClusterParts, resourceRequest?: ResourceList): number | undefined {
  const requirements = resourceRequest && { resourceRequest };
  const request = requestFor({}, { requirements });
  return createEstimators()(request)([clusterOf('a', cluster)])[0]?.replicas;
}

const models = [
  { grade: 2, ranges: [range('cpu', '4'), range('memory', '16Gi')] },
  { grade: 0, ranges: [range('cpu', '1'), range('memory', '1Gi')] },
];

function range(name: string, min: string) {
  return { name, min, max: '9223372036854775807' };
}

describe('the allocatable replicas of a cluster', () => {
  const rows: readonly (readonly [string, ClusterParts, ResourceList | undefined, number])[] = [
    ['none without a resource summary', {}, undefined, 0],
    ['limited by pods when nothing is requested', { pods: 110 }, undefined, 110],
    [
      'limited by pods when more would fit by cpu',
      { pods: 3, allocatable: { cpu: '10' } },
      { cpu: '1' },
      3,
    ],
    ['reduced by allocated pods', { pods: 9, allocated: { pods: 4 } }, undefined, 5],
    [
      'none when more pods are allocated than allocatable',
      { pods: 9, allocated: { pods: 10 } },
      {},
      0,
    ],
    ['computed from cpu in millicores', { pods: 9, allocatable: { cpu: '1' } }, { cpu: '300m' }, 3],
    ['computed from memory', { pods: 9, allocatable: { memory: '1Gi' } }, { memory: '300Mi' }, 3],
    [
      'limited by the scarcest resource',
      { pods: 9, allocatable: { cpu: 8, memory: '1Gi' } },
      { cpu: 1, memory: '512Mi' },
      2,
    ],
    ['none when the cluster lacks the resource', { pods: 9 }, { 'example.com/gpu': 1 }, 0],
    ['not limited by a request of 0', { pods: 9 }, { cpu: 0 }, 9],
    [
      'none when a resource is fully allocated',
      { pods: 9, allocatable: { cpu: 2 }, allocated: { cpu: '2' } },
      { cpu: '1m' },
      0,
    ],
    [
      'computed node by node when the cluster has resource models',
      { pods: 99, resourceModels: models, grades: [{ grade: 2, count: 2 }] },
      { cpu: 3 },
      2,
    ],
    [
      'none on the smallest grade, whose minimum is zero',
      { pods: 99, resourceModels: models, grades: [{ grade: 0, count: 2 }] },
      { cpu: '100m' },
      0,
    ],
    [
      'at most 110 pods on a node',
      { pods: 999, resourceModels: models, grades: [{ grade: 2, count: 2 }] },
      {},
      220,
    ],
    [
      'computed from the default grades',
      { pods: 99, grades: [{ grade: 3, count: 3 }] },
      { cpu: 3 },
      3,
    ],
    [
      'computed from the summary when a node count is negative',
      { pods: 9, allocatable: { cpu: 2 }, grades: [{ grade: 1, count: -1 }] },
      { cpu: 1 },
      2,
    ],
  ];
  for (const [name, cluster, request, want] of rows) {
    it(`allocatable replicas are ${name}`, () => assert.equal(room(cluster, request), want));
  }

  it('computes allocatable replicas from the sum of all nodes when node sizes are ignored', () => {
    const request = requestFor({}, { requirements: { resourceRequest: { cpu: '3' } } });
    const parts = {
      ...{ pods: 9, allocatable: { cpu: '8' }, resourceModels: models },
      grades: [{ grade: 0, count: 8 }],
    };
    const [bySize, bySum] = [{}, { ignoresNodeSizes: true }].map(
      (rules) => createEstimators(rules)(request)([clusterOf('a', parts)])[0]?.replicas,
    );
    assert.deepEqual([bySize, bySum], [0, 2]);
  });
});
