import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cluster } from '#model/cluster.ts';
import { affinityMismatch, matchesLabels, matchRank } from '#model/selector.ts';
import { indexBySelectors } from '#model/selector-index.ts';

describe('label selectors', () => {
  const labels = { app: 'web', tier: '' };
  const requirement = (key: string, operator: string, ...values: readonly string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });
  const cases = [
    { name: 'nothing asked', selector: {}, want: true },
    { name: 'a label', selector: { matchLabels: { app: 'web' } }, want: true },
    { name: 'an empty label', selector: { matchLabels: { tier: '' } }, want: true },
    { name: 'another value', selector: { matchLabels: { app: 'api' } }, want: false },
    { name: 'In', selector: requirement('app', 'In', 'api', 'web'), want: true },
    { name: 'In of an absent label', selector: requirement('zone', 'In', 'a'), want: false },
    { name: 'NotIn', selector: requirement('app', 'NotIn', 'web'), want: false },
    { name: 'NotIn of an absent label', selector: requirement('zone', 'NotIn', 'a'), want: true },
    { name: 'Exists', selector: requirement('tier', 'Exists'), want: true },
    { name: 'DoesNotExist', selector: requirement('tier', 'DoesNotExist'), want: false },
    { name: 'In without values', selector: requirement('app', 'In'), want: false },
    { name: 'NotIn without values', selector: requirement('zone', 'NotIn'), want: false },
    { name: 'Exists with values', selector: requirement('app', 'Exists', 'web'), want: false },
    { name: 'an unknown operator', selector: requirement('app', 'Gt', '1'), want: false },
    {
      name: 'NotIn of what is no value',
      selector: requirement('app', 'NotIn', 'a b'),
      want: false,
    },
    { name: 'NotIn of what is no key', selector: requirement('a b', 'NotIn', 'x'), want: false },
  ];
  for (const { name, selector, want } of cases) {
    it(`${name}: ${want}`, () => assert.equal(matchesLabels(selector, labels), want));
  }
});

describe('cluster affinities', () => {
  const cluster: Cluster = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'one', labels: { tier: 'gold' } },
    spec: {
      ...{ syncMode: 'Push', provider: '', region: 'eu', zones: ['a', 'b'] },
      ...{ taints: [], resourceModels: [] },
    },
  };
  const field = (key: string, operator: string, ...values: readonly string[]) => ({
    fieldSelector: { matchExpressions: [{ key, operator, values }] },
  });
  const cases = [
    { name: 'nothing asked', affinity: {}, want: undefined },
    { name: 'no names', affinity: { clusterNames: [] }, want: undefined },
    { name: 'another name', affinity: { clusterNames: ['two'] }, want: '/clusterNames' },
    {
      name: 'exclude wins',
      affinity: { clusterNames: ['one'], exclude: ['two', 'one'] },
      want: '/exclude/1',
    },
    {
      name: 'a label',
      affinity: { labelSelector: { matchLabels: { tier: 'silver' } } },
      want: '/labelSelector',
    },
    { name: 'a field', affinity: field('region', 'In', 'eu'), want: undefined },
    {
      name: 'In of an absent field',
      affinity: field('provider', 'In', ''),
      want: '/fieldSelector/matchExpressions/0',
    },
    {
      name: 'NotIn of an absent field',
      affinity: field('provider', 'NotIn', 'x'),
      want: undefined,
    },
    { name: 'any zone', affinity: field('zone', 'In', 'b', 'c'), want: undefined },
    {
      name: 'no zone',
      affinity: field('zone', 'NotIn', 'b'),
      want: '/fieldSelector/matchExpressions/0',
    },
    { name: 'NotIn no zone', affinity: field('zone', 'NotIn'), want: undefined },
    {
      name: 'NotIn no region',
      affinity: field('region', 'NotIn'),
      want: '/fieldSelector/matchExpressions/0',
    },
  ];
  for (const { name, affinity, want } of cases) {
    it(`${name}: ${want ?? 'in'}`, () => {
      assert.equal(affinityMismatch(affinity, cluster)?.pointer, want);
    });
  }
});

describe('resource selectors', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  };
  const cases = [
    { name: 'by kind', given: {}, want: 1 },
    { name: 'by empty label selector', given: { labelSelector: {} }, want: 2 },
    { name: 'by label', given: { labelSelector: { matchLabels: { app: 'web' } } }, want: 2 },
    { name: 'not by label', given: { labelSelector: { matchLabels: { app: 'api' } } }, want: 0 },
    {
      name: 'by name, whatever the labels',
      given: { name: 'web', labelSelector: { matchLabels: { app: 'api' } } },
      want: 3,
    },
    { name: 'not by name', given: { name: 'api' }, want: 0 },
    { name: 'in another namespace', given: { namespace: 'other', name: 'web' }, want: 0 },
    { name: 'with empty name and namespace', given: { namespace: '', name: '' }, want: 1 },
    { name: 'of another version', given: { apiVersion: 'apps/v1beta1' }, want: 0 },
  ];
  for (const { name, given, want } of cases) {
    it(`${name}: ${want}`, () => {
      const selector = { apiVersion: 'apps/v1', kind: 'Deployment', ...given };
      assert.equal(matchRank(selector, object), want);
    });
  }
});

describe('an index by selectors', () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const find = indexBySelectors(
    [
      { id: 'all', selectors: [] },
      { id: 'kind', selectors: [deployment, { ...deployment, name: 'web' }] },
      { id: 'name', selectors: [{ ...deployment, name: 'web' }] },
      { id: 'other', selectors: [{ ...deployment, name: 'api' }] },
      { id: 'version', selectors: [{ ...deployment, apiVersion: 'apps/v1beta1' }] },
    ],
    ({ selectors }) => selectors,
  );

  it('finds each thing once that may select an object', () => {
    const found = (name: string) => find({ ...deployment, metadata: { name } }).map(({ id }) => id);
    assert.deepEqual(found('web').toSorted(), ['all', 'kind', 'name']);
    assert.deepEqual(found('none').toSorted(), ['all', 'kind']);
  });
});
