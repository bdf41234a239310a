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

describe('the room of a cluster', () => {
  const rows: readonly (readonly [string, ClusterParts, ResourceList | undefined, number])[] = [
    ['none without a summary', {}, undefined, 0],
    ['its pods, when nothing is asked for', { pods: 110 }, undefined, 110],
    ['no more than its pods', { pods: 3, allocatable: { cpu: '10' } }, { cpu: '1' }, 3],
    ['less what is allocated', { pods: 9, allocated: { pods: 4 } }, undefined, 5],
    ['none when more is allocated than there is', { pods: 9, allocated: { pods: 10 } }, {}, 0],
    ['by cpu, in thousandths', { pods: 9, allocatable: { cpu: '1' } }, { cpu: '300m' }, 3],
    ['by memory', { pods: 9, allocatable: { memory: '1Gi' } }, { memory: '300Mi' }, 3],
    [
      'by the scarcest',
      { pods: 9, allocatable: { cpu: 8, memory: '1Gi' } },
      { cpu: 1, memory: '512Mi' },
      2,
    ],
    ['none of what is not there', { pods: 9 }, { 'example.com/gpu': 1 }, 0],
    ['whatever is asked 0 times', { pods: 9 }, { cpu: 0 }, 9],
    [
      'none when all of it is allocated',
      { pods: 9, allocatable: { cpu: 2 }, allocated: { cpu: '2' } },
      { cpu: '1m' },
      0,
    ],
    [
      'node by node, where its models are known',
      { pods: 99, resourceModels: models, grades: [{ grade: 2, count: 2 }] },
      { cpu: 3 },
      2,
    ],
    [
      'none on the smallest grade, which begins at nothing',
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
    ['by the default grades', { pods: 99, grades: [{ grade: 3, count: 3 }] }, { cpu: 3 }, 3],
    [
      'by the summary, when a count of nodes is negative',
      { pods: 9, allocatable: { cpu: 2 }, grades: [{ grade: 1, count: -1 }] },
      { cpu: 1 },
      2,
    ],
  ];
  for (const [name, cluster, request, want] of rows) {
    it(`is ${name}`, () => assert.equal(room(cluster, request), want));
  }

  it('is by the sums of its nodes, where their sizes are not to be looked at', () => {
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
