import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObjectKey } from '#model/object.ts';
import { defaultSyncSettings, type SyncSettings } from '#model/sync-settings.ts';
import { enforceDeletionBudget } from '#syncer/plan/guard.ts';
import type { Action } from '#syncer/plan/plan.ts';

type Deletions = Partial<SyncSettings['deletions']>;

const entry = { version: 'v1', digest: 'd', fields: 'f' };

function keys(kind: string, count: number, namespace = 'a'): readonly ObjectKey[] {
  return Array.from({ length: count }, (_, i): ObjectKey => `/${kind}/${namespace}/${kind}${i}`);
}

/** Returns one reason for each held deletion when `deleted` of `all` leave Git. */
function held(
  deleted: readonly ObjectKey[],
  all: readonly ObjectKey[],
  deletions: Deletions = {},
  acknowledged: readonly string[] = [],
): readonly string[] {
  const inventory = new Map(all.map((key) => [key, entry]));
  const plan = deleted.map((key): Action => ({ type: 'prune', key, uid: 'u' }));
  const settings = { ...defaultSyncSettings.deletions, ...deletions };
  return enforceDeletionBudget(plan, inventory, settings, new Set(acknowledged)).flatMap(
    (action) => (action.type === 'hold' ? [action.reason] : []),
  );
}

describe('enforceDeletionBudget', () => {
  const maps = keys('ConfigMap', 40);

  it('allows a few deletions, whatever their share', () => {
    assert.deepEqual(held(maps.slice(0, 10), maps.slice(0, 10)), []);
    assert.deepEqual(held(maps.slice(0, 20), maps), []);
  });

  it('holds all deletions that together exceed the allowed share', () => {
    const reasons = held(maps.slice(0, 21), maps);
    assert.equal(reasons.length, 21);
    assert.match(reasons[0] ?? '', /would delete 21 of 40 objects, the limit is 50 %/);
    assert.deepEqual(held(maps.slice(0, 21), maps, { percent: 60 }), []);
    assert.deepEqual(held(maps, maps, { percent: 100 }), []);
  });

  it('holds all deletions that together exceed the allowed number', () => {
    assert.equal(held(maps.slice(0, 3), maps, { count: 2 }).length, 3);
    assert.deepEqual(held(maps.slice(0, 2), maps, { count: 2 }), []);
  });

  it('holds the deletions of a kind that exceeds its own budget, and allows the others', () => {
    const claims = keys('PersistentVolumeClaim', 2);
    const deleted = [...claims, ...maps.slice(0, 1)];
    const reasons = held(deleted, [...claims, ...maps], {
      kinds: { PersistentVolumeClaim: { count: 0 } },
    });
    assert.equal(reasons.length, 2);
    assert.match(reasons[0] ?? '', /would delete 2 of 2 PersistentVolumeClaim, the limit is 0/);
    assert.equal(
      held(deleted, [...claims, ...maps], { kinds: { '/PersistentVolumeClaim': { count: 0 } } })
        .length,
      2,
    );
    assert.equal(
      held(deleted, [...claims, ...maps], { kinds: { 'apps/PersistentVolumeClaim': { count: 0 } } })
        .length,
      0,
    );
  });

  it('holds the deletion of all namespaces, and of the objects in them', () => {
    const spaces = keys('Namespace', 2, '');
    const roles = keys('ClusterRole', 1, '');
    const all = [...spaces, ...roles, ...maps];
    assert.equal(held([...spaces, ...roles, ...maps.slice(0, 1)], all).length, 3);
    assert.deepEqual(held(spaces.slice(0, 1), all), []);
    assert.deepEqual(held(spaces, all, { allNamespaces: true }), []);
  });

  it('does not count acknowledged deletions, and holds the others above the budget', () => {
    const acknowledged = maps
      .slice(0, 30)
      .map((key) => `a/configmap_${key.split('/').at(-1)}.yaml`);
    assert.deepEqual(held(maps.slice(0, 30), maps, {}, acknowledged), []);
    assert.deepEqual(
      held(maps.slice(10, 30), maps, { count: 0 }, acknowledged),
      [],
      'the previous turn deleted some of them',
    );
    assert.deepEqual(held(maps.slice(0, 32), maps, { count: 2 }, acknowledged), []);
    const reasons = held(maps.slice(0, 33), maps, { count: 2 }, acknowledged);
    assert.equal(reasons.length, 3);
    assert.match(reasons[0] ?? '', /would delete 3 of 40 objects, the limit is 2/);
  });

  it('allows the deletion of all namespaces when it is acknowledged', () => {
    const spaces = keys('Namespace', 2, '');
    const files = ['_cluster/namespace_Namespace0.yaml', '_cluster/namespace_Namespace1.yaml'];
    assert.equal(held(spaces, [...spaces, ...maps], {}).length, 2);
    assert.deepEqual(held(spaces, [...spaces, ...maps], {}, files), []);
    const budget = { kinds: { Namespace: { count: 0 } } };
    assert.equal(held(spaces, [...spaces, ...maps], budget, files.slice(1)).length, 1);
  });
});
