import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Component } from '#model/replica-requirements.ts';
import { clusterOf, requestFor, scheduled, shares } from './samples.ts';

const one = [{ spreadByField: 'cluster', minGroups: 1, maxGroups: 1 }] as const;

function component(name: string, replicas: number, cpu: string): Component {
  return { name, replicas, replicaRequirements: { resourceRequest: { cpu } } };
}

const components = [component('manager', 1, '1'), component('worker', 4, '2')];
const fleet = [
  clusterOf('a', { pods: 110, allocatable: { cpu: '10' } }),
  clusterOf('b', { pods: 110, allocatable: { cpu: '20' } }),
  clusterOf('c', { pods: 110, allocatable: { cpu: '8' } }),
];

describe('a workload of several components', () => {
  it('places a workload of several components as a whole on every cluster', () => {
    assert.equal(
      shares(scheduled(fleet, requestFor({}, { components, isWorkload: true }))),
      'a b c',
    );
  });
  it('picks the cluster that fits the most sets of components when only one cluster is allowed', () => {
    const request = requestFor({ spreadConstraints: one }, { components, isWorkload: true });
    const { attempts, clusters } = scheduled(fleet, request);
    assert.equal(shares({ clusters }), 'b');
    const room = attempts[0]?.candidates.map(({ name, allocatable }) => [name, allocatable]);
    assert.deepEqual(room, [
      ['b', 2],
      ['a', 1],
      ['c', 0],
    ]);
  });
  it('packs components into nodes when the cluster has resource models', () => {
    const resourceModels = [
      { grade: 1, ranges: [{ name: 'cpu', min: '1', max: '4' }] },
      { grade: 2, ranges: [{ name: 'cpu', min: '4', max: '8' }] },
    ];
    const allocatable = { cpu: '30' };
    const grades = [{ grade: 2, count: 3 }];
    const nodes = clusterOf('d', { pods: 110, allocatable, resourceModels, grades });
    const request = requestFor({ spreadConstraints: one }, { components, isWorkload: true });
    const { attempts } = scheduled([nodes], request);
    assert.equal(attempts[0]?.candidates[0]?.allocatable, 1);
  });
});
