import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decideFleet } from '#compiler/compile.ts';
import { explain } from '#compiler/explain/explain.ts';
import type { Explanation } from '#compiler/explain/explanation.ts';
import { findTemplate } from '#compiler/explain/find.ts';

const cluster = (name: string, spec = '', status = '') => `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: ${name} }
spec: { syncMode: Push${spec} }
${status}
---
`;
const clusters = [
  cluster('a'),
  cluster('b'),
  cluster('t', ', taints: [{ key: down, effect: NoSchedule }]'),
  cluster('x', '', 'status: { apiEnablements: [{ groupVersion: v1, resources: [] }] }'),
].join('');
const template = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  template: { spec: { serviceAccountName: web, containers: [] } }
`;
const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
`;
const policy = (spec: string, name = 'p') => `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: ${name} }
spec:
  resourceSelectors: [{ apiVersion: apps/v1, kind: Deployment }]
${spec.replaceAll(/^/gm, '  ')}
---
`;
const binding = (names: readonly string[]) => `apiVersion: work.karmada.io/v1alpha2
kind: ResourceBinding
metadata: { name: web-deployment, namespace: default }
spec:
  resource: { apiVersion: apps/v1, kind: Deployment, namespace: default, name: web }
  clusters: [${names.map((name) => `{ name: ${name}, replicas: 3 }`).join(', ')}]
`;

function explained(
  policies: string,
  before: readonly string[] = [],
  kind = 'deployment',
): Explanation {
  const files = new Map([
    ['clusters/c.yaml', clusters],
    ['templates/s.yaml', account],
    ['templates/t.yaml', template],
    ['policies/p.yaml', policies],
  ]);
  const existing = new Map(before.length === 0 ? [] : [['bindings/default.yaml', binding(before)]]);
  const decisions = decideFleet(files, existing, { profile: 'regatta' }, () => {});
  const wanted = { kind, name: 'web', namespace: 'default' };
  return explain(findTemplate(decisions.repository.templates, wanted), decisions);
}

describe('explain', () => {
  it('names the fields of policy and cluster that select or reject each cluster', () => {
    const [attempt] = explained(policy('placement: {}')).attempts;
    assert.deepEqual(
      attempt?.clusters.map(({ cluster: name, outcome, plugin, also }) => [
        ...[name, outcome, plugin],
        ...also.map(({ reason, at }) => `${reason} ${at.file}:${at.line}`),
      ]),
      [
        ['a', 'taken', 'ClusterAffinity'],
        ['b', 'taken', 'ClusterAffinity'],
        ['t', 'out', 'TaintToleration', 'the taint clusters/c.yaml:16'],
        ['x', 'out', 'APIEnablement', 'the APIs that it serves clusters/c.yaml:23'],
      ],
    );
  });

  it('names the toleration of a taint, or reports that the cluster already has the object', () => {
    const alsoOfT = (...args: Parameters<typeof explained>) =>
      explained(...args)
        .attempts[0]?.clusters.find(({ cluster: name }) => name === 't')
        ?.also.map(({ reason, at }) => `${reason} ${at.file}:${at.line}`);
    const tolerating = 'placement:\n  clusterTolerations:\n    - { key: down, operator: Exists }';
    assert.deepEqual(alsoOfT(policy(tolerating)), [
      'taint down:NoSchedule is tolerated policies/p.yaml:8',
    ]);
    assert.deepEqual(alsoOfT(policy('placement: {}'), ['t']), [
      'taint down:NoSchedule is not tolerated, but the cluster already has the object policies/p.yaml:6',
    ]);
  });

  it('names the matching part of an affinity and its overflow tier', () => {
    const spec = `placement:
  clusterAffinities:
    - affinityName: near
      clusterNames: [a]
      overflowAffinities:
        - { affinityName: far, exclude: [a, x] }
  replicaScheduling: { replicaDivisionPreference: Aggregated }`;
    const reasons = explained(policy(spec)).attempts[0]?.clusters.map(({ reason }) => reason);
    assert.equal(reasons?.[0], 'clusterAffinities[0].clusterNames contains it');
    assert.equal(
      reasons?.[1],
      'clusterAffinities[0].overflowAffinities[0].exclude does not contain it',
    );
  });

  it('shows the claims that divided the replicas, and a tie for the last one', () => {
    const spec = `placement:
  clusterAffinity: { clusterNames: [a, b] }
  replicaScheduling:
    replicaSchedulingType: Divided
    replicaDivisionPreference: Weighted
    weightPreference:
      staticWeightList:
        - { weight: 1, targetCluster: { clusterNames: [a] } }
        - { weight: 1, targetCluster: { clusterNames: [b] } }`;
    const [division] = explained(policy(spec)).attempts[0]?.divisions ?? [];
    assert.deepEqual(division?.tie, { claim: 1 / 3, clusters: ['a', 'b'] });
    assert.deepEqual(
      division?.shares.map(({ name, exact, lastClaim, nextClaim, replicas, at }) => [
        ...[name, replicas, exact, lastClaim, nextClaim, at?.line],
      ]),
      [
        ['a', 2, 1.5, 1 / 3, 1 / 5, 13],
        ['b', 1, 1.5, 1, 1 / 3, 14],
      ],
    );
  });

  it('reports the override policy that an object waits for, and the policy that selects it', () => {
    const spec = 'dependentOverrides: [none]\nplacement: {}';
    const explanation = explained(policy(spec) + policy('priority: -1', 'q'));
    assert.match(
      explanation.regardless ?? '',
      /depends on OverridePolicy none, which does not exist/,
    );
    assert.deepEqual(
      explanation.policies.map(({ outcome, policy: name }) => `${outcome} ${name}`),
      ['won PropagationPolicy default/p', 'lost PropagationPolicy default/q'],
    );
    assert.deepEqual(explanation.placement.clusters, []);
  });

  it('lists no clusters when placement did not run', () => {
    const other = explained(policy('schedulerName: other'));
    assert.deepEqual(other.attempts, []);
    assert.equal(other.placement.unscheduled?.reason, 'NotHandledByDefaultScheduler');
    const frozen = explained(policy('suspension: { scheduling: true }'), ['b']);
    assert.deepEqual(frozen.attempts, []);
    assert.match(frozen.placement.kept ?? '', /scheduling is suspended/);
  });

  it('names the objects that depend on the template, and the policy that propagates it', () => {
    const spec = 'propagateDeps: true\nplacement: { clusterAffinity: { clusterNames: [b] } }';
    assert.deepEqual(explained(policy(spec), [], 'sa').requiredBy, [
      {
        object: 'Deployment default/web',
        at: { file: 'templates/t.yaml', line: 1, column: 1 },
        by: { file: 'policies/p.yaml', line: 6, column: 18 },
        clusters: ['b'],
      },
    ]);
  });

  it('names the clusters on which an override fails', () => {
    const override = `apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: { name: o }
spec:
  overrideRules:
    - targetCluster: { clusterNames: [b] }
      overriders: { plaintext: [{ path: /spec/none, operator: remove }] }
`;
    const { objects, faults } = explained(`${policy('placement: {}')}${override}`);
    assert.deepEqual(
      objects.map(({ cluster: name }) => name),
      ['a'],
    );
    assert.equal(faults.length, 1);
    assert.match(faults[0]?.reason ?? '', /OverridePolicy default\/o for cluster b/);
    assert.equal(faults[0]?.at.line, 14);
  });

  it('marks no cluster as taken when the affinity is not satisfied', () => {
    const spec = `placement:
  clusterAffinity: { clusterNames: [a] }
  spreadConstraints: [{ spreadByField: cluster, minGroups: 2 }]`;
    const [attempt] = explained(policy(spec)).attempts;
    assert.equal(attempt?.clusters[0]?.outcome, 'fits');
    assert.match(attempt?.failure?.message ?? '', /less than spreadConstraint.MinGroups/);
  });
});
