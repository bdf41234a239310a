import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Placement, Toleration } from '#model/policy.ts';
import {
  type ClusterParts,
  clusterOf,
  karmada,
  regatta,
  requestFor,
  scheduled,
  shares,
} from './samples.ts';

const gpu = { key: 'gpu', value: 'a100', effect: 'NoSchedule' } as const;
const down = { key: 'down', value: '', effect: 'NoExecute' } as const;

/** Returns Karmada's reason for rejecting a fleet's only cluster; '' when it fits. */
function reason(placement: Partial<Placement>, cluster: ClusterParts, rules = regatta): string {
  const { attempts } = scheduled([clusterOf('a', cluster)], requestFor(placement), rules);
  return attempts[0]?.verdicts[0]?.reason ?? '';
}

describe('taints', () => {
  const untolerated = 'cluster(s) had untolerated taint {gpu=a100:NoSchedule}';
  const rows: readonly (readonly [Toleration, string])[] = [
    [{ key: 'gpu', value: 'a100' }, ''],
    [{ key: 'gpu', operator: 'Equal', value: 'a100', effect: 'NoSchedule' }, ''],
    [{ key: 'gpu', operator: 'Equal', value: 'a100', effect: '' }, ''],
    [{ key: 'gpu', operator: 'Exists' }, ''],
    [{ operator: 'Exists' }, ''],
    [{ operator: 'Exists', effect: 'NoExecute' }, untolerated],
    [{ key: 'gpu', value: 'h100' }, untolerated],
    [{ key: 'gpu' }, untolerated],
    [{ key: 'gp', operator: 'Exists' }, untolerated],
    [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, untolerated],
    [{ value: 'a100' }, ''],
    [{ value: 'h100' }, untolerated],
    [{ key: 'gpu', operator: 'Is', value: 'a100' }, untolerated],
  ];
  for (const [toleration, want] of rows) {
    it(`${want === '' ? 'tolerates' : 'does not tolerate'} the taint with ${JSON.stringify(toleration)}`, () => {
      assert.equal(reason({ clusterTolerations: [toleration] }, { taints: [gpu] }), want);
    });
  }
  it('names the first untolerated taint, in the order of the spec', () => {
    const clusterTolerations = [{ key: 'gpu', operator: 'Exists' }];
    const want = 'cluster(s) had untolerated taint {down:NoExecute}';
    assert.equal(reason({ clusterTolerations }, { taints: [gpu, down] }), want);
  });
  it('keeps an object on a cluster despite a taint', () => {
    const previous = { clusters: [{ name: 'a' }], reschedule: false };
    const cluster = clusterOf('a', { taints: [gpu], apis: ['v1/ConfigMap'] });
    assert.equal(shares(scheduled([cluster], requestFor({}, { previous }), karmada)), 'a');
  });
});

describe('APIs', () => {
  const missing = 'cluster(s) did not have the API resource';
  it('rejects a cluster that does not serve the API', () => {
    assert.equal(reason({}, { apis: ['apps/v1/Deployment'] }), '');
    assert.equal(reason({}, { apis: ['apps/v1/DaemonSet', 'apps/v1beta1/Deployment'] }), missing);
  });
  it('accepts a cluster with unknown APIs, unlike Karmada', () => {
    assert.equal(reason({}, {}), '');
    assert.equal(reason({}, { pods: 1 }), '');
    assert.equal(reason({}, {}, karmada), missing);
  });
});

describe('properties to spread by', () => {
  const rows = [
    ['region', { region: 'eu' }, 'cluster(s) did not have region property'],
    ['provider', { provider: 'aws' }, 'cluster(s) did not have provider property'],
    ['zone', { zones: ['eu-1'] }, 'cluster(s) did not have zones property'],
  ] as const;
  for (const [spreadByField, has, without] of rows) {
    it(`rejects a cluster without a ${spreadByField} to spread by`, () => {
      const spreadConstraints = [{ spreadByField, minGroups: 1 }];
      assert.equal(reason({ spreadConstraints }, has), '');
      assert.equal(reason({ spreadConstraints }, {}), without);
    });
  }
});

describe('clusters', () => {
  it('neither considers nor counts clusters that are being deleted', () => {
    const leaving = clusterOf('a', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    const { failure } = scheduled([leaving], requestFor({}));
    assert.equal(failure?.message, '0/1 clusters are available: no cluster exists.');
  });
  it('counts the rejected clusters by reason', () => {
    const fleet = [clusterOf('a', { taints: [gpu] }), clusterOf('b'), clusterOf('c')];
    const { failure } = scheduled(fleet, requestFor({ clusterAffinity: { clusterNames: ['a'] } }));
    const want =
      '0/3 clusters are available: 1 cluster(s) had untolerated taint {gpu=a100:NoSchedule}, 2 cluster(s) did not match the placement cluster affinity constraint.';
    assert.deepEqual(failure, { type: 'failed', reason: 'NoClusterFit', message: want });
  });
});
