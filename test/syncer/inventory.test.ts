import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectKey } from '#model/object.ts';
import { readShard, shardCount, shardObject } from '#syncer/inventory/config-map.ts';
import { type Inventory, refOf } from '#syncer/inventory/inventory.ts';
import { olderNames } from '#syncer/ownership/names.ts';
import { sampleFleet } from './samples.ts';

const entries: Inventory = new Map<ObjectKey, { version: string; digest: string; fields: string }>([
  ['apps/Deployment/shop/web', { version: 'v1', digest: 'd', fields: 'f' }],
  ['/Namespace//shop', { version: 'v1', digest: '', fields: '' }],
  ['rbac.authorization.k8s.io/ClusterRole//system:x', { version: 'v1', digest: 'd', fields: '' }],
]);
const owner = { fleet: sampleFleet, names: olderNames };
const stamp = {
  owner,
  tooling: 'regatta.dev/1.2.3',
  cluster: 'member1',
  commit: 'c1',
  claimedAt: '',
  deletions: '',
  pendingSince: '',
};

function parentOf(tooling = stamp.tooling) {
  const shard = { index: 0, entries, resourceVersion: '' };
  return shardObject(
    shard,
    { keys: entries.keys(), shards: 1, unlistedGroups: [] },
    { ...stamp, tooling },
  );
}

describe('the inventory', () => {
  it('reads back the entries that it saved', () => {
    const { entries: read } = readShard(parentOf());
    assert.deepEqual(Object.fromEntries(read), Object.fromEntries(entries));
  });

  it('writes an ApplySet parent according to KEP-3659', () => {
    const { metadata } = parentOf();
    // sha256 of 'regatta-inventory.regatta-system.ConfigMap.', as kubectl derives it.
    const { applySetId } = olderNames;
    assert.equal(applySetId, 'applyset-Vu6qzzBDZViR4hmcnFWmr84jhCQlApmFJgVCWJw0UkI-v1');
    assert.equal(metadata.labels?.['applyset.kubernetes.io/id'], applySetId);
    assert.equal(metadata.annotations?.['applyset.kubernetes.io/tooling'], 'regatta.dev/1.2.3');
    assert.equal(
      metadata.annotations?.['applyset.kubernetes.io/contains-group-kinds'],
      'ClusterRole.rbac.authorization.k8s.io,Deployment.apps,Namespace',
    );
    assert.equal(metadata.annotations?.['applyset.kubernetes.io/additional-namespaces'], 'shop');
  });

  it('rejects the ApplySet of another tool', () => {
    const parent = parentOf('kubectl/v1.35');
    assert.throws(() => readShard(parent), /ApplySet of another tool \(kubectl\/v1\.35\)/);
  });

  for (const line of [
    'Deployment/web v1 d f',
    'apps/Deployment/shop/web v1 d',
    'a/b/c/d 1 2 3 4',
  ]) {
    it(`rejects a broken line: ${line}`, () => {
      const parent = { ...parentOf(), data: { inventory: `${line}\n` } };
      assert.throws(() => readShard(parent), /invalid inventory entry/);
    });
  }

  for (const count of ['1000000000', '1001', '0', '-1', '1.5', 'many', '']) {
    it(`K18: rejects ${JSON.stringify(count)} as the number of its ConfigMaps`, () => {
      const { metadata, ...rest } = parentOf();
      const annotations = { ...metadata.annotations, 'regatta.dev/inventory-shards': count };
      const parent = { ...rest, metadata: { ...metadata, annotations } };
      assert.throws(() => shardCount(parent), {
        name: 'ClusterError',
        message: `ConfigMap regatta-system/regatta-inventory: annotation regatta.dev/inventory-shards: "${count}" is not a number from 1 to 1000`,
      });
    });
  }

  for (const index of ['1', '1000000000', '-1', 'NaN']) {
    it(`K18: rejects a ConfigMap that says it is part ${index} and has another name`, () => {
      const { metadata, ...rest } = parentOf();
      const labels = { 'regatta.dev/inventory': index };
      const parent = { ...rest, metadata: { ...metadata, labels } };
      assert.throws(() => readShard(parent), /is not part .* of the inventory/);
    });
  }

  it('K18: rejects data that is not a text', () => {
    for (const inventory of [1, {}, []]) {
      assert.throws(() => readShard({ ...parentOf(), data: { inventory } }), {
        name: 'ClusterError',
      });
    }
  });

  it('returns references to the objects in the cluster', () => {
    const refs = [...entries].map(([key, entry]) => refOf(key, entry));
    assert.deepEqual(refs.slice(0, 2), [
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      { apiVersion: 'v1', kind: 'Namespace', name: 'shop' },
    ]);
  });
});
