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
    { name: 'no requirements', selector: {}, want: true },
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
      name: 'NotIn with an invalid value',
      selector: requirement('app', 'NotIn', 'a b'),
      want: false,
    },
    { name: 'NotIn with an invalid key', selector: requirement('a b', 'NotIn', 'x'), want: false },
  ];
  for (const { name, selector, want } of cases) {
    it(`a label selector with ${name} ${want ? 'matches' : 'does not match'}`, () =>
      assert.equal(matchesLabels(selector, labels), want));
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
    { name: 'no requirements', affinity: {}, want: undefined },
    { name: 'an empty list of names', affinity: { clusterNames: [] }, want: undefined },
    { name: 'another name', affinity: { clusterNames: ['two'] }, want: '/clusterNames' },
    {
      name: 'a name that exclude contains',
      affinity: { clusterNames: ['one'], exclude: ['two', 'one'] },
      want: '/exclude/1',
    },
    {
      name: 'another label value',
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
    { name: 'In with one of the zones', affinity: field('zone', 'In', 'b', 'c'), want: undefined },
    {
      name: 'NotIn with one of the zones',
      affinity: field('zone', 'NotIn', 'b'),
      want: '/fieldSelector/matchExpressions/0',
    },
    { name: 'NotIn without zones', affinity: field('zone', 'NotIn'), want: undefined },
    {
      name: 'NotIn without regions',
      affinity: field('region', 'NotIn'),
      want: '/fieldSelector/matchExpressions/0',
    },
  ];
  for (const { name, affinity, want } of cases) {
    it(`a cluster affinity with ${name} ${want === undefined ? 'matches' : `fails at ${want}`}`, () => {
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
    { name: 'without further fields', given: {}, want: 1 },
    { name: 'with an empty label selector', given: { labelSelector: {} }, want: 2 },
    {
      name: 'with a matching label',
      given: { labelSelector: { matchLabels: { app: 'web' } } },
      want: 2,
    },
    {
      name: 'with another label',
      given: { labelSelector: { matchLabels: { app: 'api' } } },
      want: 0,
    },
    {
      name: 'with a matching name and another label',
      given: { name: 'web', labelSelector: { matchLabels: { app: 'api' } } },
      want: 3,
    },
    { name: 'with another name', given: { name: 'api' }, want: 0 },
    { name: 'in another namespace', given: { namespace: 'other', name: 'web' }, want: 0 },
    { name: 'with empty name and namespace', given: { namespace: '', name: '' }, want: 1 },
    { name: 'of another version', given: { apiVersion: 'apps/v1beta1' }, want: 0 },
  ];
  for (const { name, given, want } of cases) {
    it(`a resource selector ${name} has rank ${want}`, () => {
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

  it('finds each policy once that may select an object', () => {
    const found = (name: string) => find({ ...deployment, metadata: { name } }).map(({ id }) => id);
    assert.deepEqual(found('web').toSorted(), ['all', 'kind', 'name']);
    assert.deepEqual(found('none').toSorted(), ['all', 'kind']);
  });
});
