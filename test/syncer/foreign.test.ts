import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lostWith } from '#syncer/act/foreign.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { FakeCluster } from './fake-cluster.ts';

const reference = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: 'gates.example.com',
};

/** A definition that serves an old version, which only a webhook can convert to the stored one. */
const definition = {
  ...reference,
  metadata: { name: reference.name },
  spec: {
    group: 'example.com',
    names: { kind: 'Gate' },
    conversion: { strategy: 'Webhook' },
    versions: [
      { name: 'v1alpha1', served: true, storage: false },
      { name: 'v1', served: true, storage: true },
    ],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
};

/** The webhook is gone: the API server lists objects only at the version at which it stores them. */
function withoutWebhook(): FakeCluster {
  const cluster = new FakeCluster();
  const list = cluster.list.bind(cluster);
  cluster.read = async () => definition;
  cluster.isNamespaced = async () => true;
  cluster.list = async (query) => {
    if (query.kind.apiVersion === 'example.com/v1') return list(query);
    throw new ClusterError('rejected', 'conversion webhook for example.com/v1, Kind=Gate failed');
  };
  return cluster;
}

describe('the objects of a definition that left Git', () => {
  const { signal } = new AbortController();

  it('street P12: are listed at the stored version, so that a definition without its conversion webhook is deleted', async () => {
    assert.equal(await lostWith(withoutWebhook(), reference, signal), undefined);
  });

  it('street P12: keep a definition without its conversion webhook while another manager has one of them', async () => {
    const cluster = withoutWebhook();
    const gate = { apiVersion: 'example.com/v1', kind: 'Gate' };
    const metadata = { name: 'theirs', namespace: 'default' };
    cluster.list = async ({ kind }) => {
      assert.equal(kind.apiVersion, 'example.com/v1');
      return { objects: [{ ...gate, metadata }], resourceVersion: '1' };
    };
    assert.equal(await lostWith(cluster, reference, signal), 'still holds Gate default/theirs');
  });
});
