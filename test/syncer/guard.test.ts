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

/** What is held when `doomed` of `all` would go, one reason each. */
function held(
  doomed: readonly ObjectKey[],
  all: readonly ObjectKey[],
  deletions: Deletions = {},
  acknowledged: readonly string[] = [],
): readonly string[] {
  const inventory = new Map(all.map((key) => [key, entry]));
  const plan = doomed.map((key): Action => ({ type: 'prune', key, uid: 'u' }));
  const settings = { ...defaultSyncSettings.deletions, ...deletions };
  return enforceDeletionBudget(plan, inventory, settings, new Set(acknowledged)).flatMap(
    (action) => (action.type === 'hold' ? [action.reason] : []),
  );
}

describe('holdBack', () => {
  const maps = keys('ConfigMap', 40);

  it('lets everyday deletions go, whatever their share', () => {
    assert.deepEqual(held(maps.slice(0, 10), maps.slice(0, 10)), []);
    assert.deepEqual(held(maps.slice(0, 20), maps), []);
  });

  it('holds back all when more than the allowed share would go', () => {
    const reasons = held(maps.slice(0, 21), maps);
    assert.equal(reasons.length, 21);
    assert.match(reasons[0] ?? '', /would delete 21 of 40 objects, the limit is 50 %/);
    assert.deepEqual(held(maps.slice(0, 21), maps, { percent: 60 }), []);
    assert.deepEqual(held(maps, maps, { percent: 100 }), []);
  });

  it('holds back all when more than the allowed number would go', () => {
    assert.equal(held(maps.slice(0, 3), maps, { count: 2 }).length, 3);
    assert.deepEqual(held(maps.slice(0, 2), maps, { count: 2 }), []);
  });

  it('holds back one kind by a budget of its own, and lets the others go', () => {
    const claims = keys('PersistentVolumeClaim', 2);
    const doomed = [...claims, ...maps.slice(0, 1)];
    const reasons = held(doomed, [...claims, ...maps], {
      kinds: { PersistentVolumeClaim: { count: 0 } },
    });
    assert.equal(reasons.length, 2);
    assert.match(reasons[0] ?? '', /would delete 2 of 2 PersistentVolumeClaim, the limit is 0/);
    assert.equal(
      held(doomed, [...claims, ...maps], { kinds: { '/PersistentVolumeClaim': { count: 0 } } })
        .length,
      2,
    );
    assert.equal(
      held(doomed, [...claims, ...maps], { kinds: { 'apps/PersistentVolumeClaim': { count: 0 } } })
        .length,
      0,
    );
  });

  it('holds back namespaces and what is in them when all of several would go', () => {
    const spaces = keys('Namespace', 2, '');
    const roles = keys('ClusterRole', 1, '');
    const all = [...spaces, ...roles, ...maps];
    assert.equal(held([...spaces, ...roles, ...maps.slice(0, 1)], all).length, 3);
    assert.deepEqual(held(spaces.slice(0, 1), all), []);
    assert.deepEqual(held(spaces, all, { allNamespaces: true }), []);
  });

  it('does not count what has been acknowledged, and holds back what goes beyond that', () => {
    const meant = maps.slice(0, 30).map((key) => `a/configmap_${key.split('/').at(-1)}.yaml`);
    assert.deepEqual(held(maps.slice(0, 30), maps, {}, meant), []);
    assert.deepEqual(
      held(maps.slice(10, 30), maps, { count: 0 }, meant),
      [],
      'a turn was cut short',
    );
    assert.deepEqual(held(maps.slice(0, 32), maps, { count: 2 }, meant), []);
    const reasons = held(maps.slice(0, 33), maps, { count: 2 }, meant);
    assert.equal(reasons.length, 3);
    assert.match(reasons[0] ?? '', /would delete 3 of 40 objects, the limit is 2/);
  });

  it('lets namespaces go by their acknowledgement, also all of them', () => {
    const spaces = keys('Namespace', 2, '');
    const files = ['_cluster/namespace_Namespace0.yaml', '_cluster/namespace_Namespace1.yaml'];
    assert.equal(held(spaces, [...spaces, ...maps], {}).length, 2);
    assert.deepEqual(held(spaces, [...spaces, ...maps], {}, files), []);
    const budget = { kinds: { Namespace: { count: 0 } } };
    assert.equal(held(spaces, [...spaces, ...maps], budget, files.slice(1)).length, 1);
  });
});
