import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GivenBudget, resolveBudget } from '#model/deletion-budget.ts';
import type { ObjectKey } from '#model/object.ts';
import { enforceDeletionBudget } from '#syncer/plan/guard.ts';
import type { Action } from '#syncer/plan/plan.ts';

const entry = { version: 'v1', digest: 'd', fields: 'f' };

function keys(kind: string, count: number, namespace = 'a'): readonly ObjectKey[] {
  return Array.from({ length: count }, (_, i): ObjectKey => `/${kind}/${namespace}/${kind}${i}`);
}

/** Returns one reason for each held deletion when `deleted` of `all` leave Git. */
function held(
  deleted: readonly ObjectKey[],
  all: readonly ObjectKey[],
  given: GivenBudget = {},
  acknowledged: readonly string[] = [],
): readonly string[] {
  const inventory = new Map(all.map((key) => [key, entry]));
  const plan = deleted.map((key): Action => ({ type: 'prune', key, uid: 'u' }));
  const rules = {
    budget: resolveBudget(given),
    acknowledged: new Set(acknowledged),
    earlier: [],
  };
  return enforceDeletionBudget(plan, inventory, rules).actions.flatMap((action) =>
    action.type === 'hold' ? [action.reason] : [],
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
    assert.match(
      reasons[0] ?? '',
      /^21 of 40 objects in 24 h, allowed 20 \(spec.deletionBudget.cluster\)$/,
    );
    assert.deepEqual(held(maps.slice(0, 21), maps, { cluster: '60%' }), []);
    assert.deepEqual(held(maps, maps, { cluster: '100%' }), []);
  });

  it('holds all deletions that together exceed the allowed number', () => {
    assert.equal(held(maps.slice(0, 3), maps, { cluster: 2 }).length, 3);
    assert.deepEqual(held(maps.slice(0, 2), maps, { cluster: 2 }), []);
  });

  it('K31: applies the strictest limit of a list', () => {
    assert.equal(held(maps.slice(0, 15), maps, { cluster: [14, '90%'] }).length, 15);
    assert.equal(held(maps.slice(0, 15), maps, { cluster: [200, '25%'] }).length, 15);
    assert.deepEqual(held(maps.slice(0, 15), maps, { cluster: [15, '40%'] }), []);
    const kinds = { ConfigMap: [1, '50%'] };
    assert.equal(held(maps.slice(0, 2), maps, { kinds }).length, 2);
  });

  it('K31: holds the deletion of a Namespace, definition or volume by default', () => {
    const kinds = ['Namespace', 'CustomResourceDefinition', 'PersistentVolume'];
    for (const kind of [...kinds, 'PersistentVolumeClaim']) {
      const some = keys(kind, 1, kind === 'PersistentVolumeClaim' ? 'a' : '');
      assert.deepEqual(held(some, [...some, ...maps]), [
        `1 of 1 objects of kind ${kind} in 24 h, allowed 0 (spec.deletionBudget.kinds.${kind})`,
      ]);
      assert.deepEqual(held(some, [...some, ...maps], { kinds: { [kind]: 1 } }), []);
    }
  });

  it('holds the deletions of a kind that exceeds its own budget, and allows the others', () => {
    const claims = keys('PersistentVolumeClaim', 2);
    const deleted = [...claims, ...maps.slice(0, 1)];
    const reasons = held(deleted, [...claims, ...maps], {
      kinds: { PersistentVolumeClaim: 0 },
    });
    assert.equal(reasons.length, 2);
    assert.match(
      reasons[0] ?? '',
      /^2 of 2 objects of kind PersistentVolumeClaim in 24 h, allowed 0/,
    );
    const free = { PersistentVolumeClaim: '100%' };
    const own = { kinds: { ...free, '/PersistentVolumeClaim': 0 } };
    assert.equal(held(deleted, [...claims, ...maps], own).length, 2);
    const other = { kinds: { ...free, 'apps/PersistentVolumeClaim': 0 } };
    assert.equal(held(deleted, [...claims, ...maps], other).length, 0);
  });

  it('holds the deletion of all namespaces, and of the objects in them', () => {
    const spaces = keys('Namespace', 2, '');
    const roles = keys('ClusterRole', 1, '');
    const all = [...spaces, ...roles, ...maps];
    const kinds = { Namespace: '100%' };
    assert.equal(held([...spaces, ...roles, ...maps.slice(0, 1)], all, { kinds }).length, 3);
    assert.deepEqual(held(spaces.slice(0, 1), all, { kinds }), []);
    assert.deepEqual(held(spaces, all, { kinds, allNamespaces: true }), []);
  });

  it('does not count acknowledged deletions, and holds the others above the budget', () => {
    const acknowledged = maps
      .slice(0, 30)
      .map((key) => `a/configmap_${key.split('/').at(-1)}.yaml`);
    assert.deepEqual(held(maps.slice(0, 30), maps, {}, acknowledged), []);
    assert.deepEqual(
      held(maps.slice(10, 30), maps, { cluster: 0 }, acknowledged),
      [],
      'the previous turn deleted some of them',
    );
    assert.deepEqual(held(maps.slice(0, 32), maps, { cluster: 2 }, acknowledged), []);
    const reasons = held(maps.slice(0, 33), maps, { cluster: 2 }, acknowledged);
    assert.equal(reasons.length, 3);
    assert.match(reasons[0] ?? '', /^3 of 40 objects in 24 h, allowed 2/);
  });

  it('allows the deletion of all namespaces when it is acknowledged', () => {
    const spaces = keys('Namespace', 2, '');
    const files = ['_cluster/namespace_Namespace0.yaml', '_cluster/namespace_Namespace1.yaml'];
    assert.equal(held(spaces, [...spaces, ...maps], {}).length, 2);
    assert.deepEqual(held(spaces, [...spaces, ...maps], {}, files), []);
    assert.equal(held(spaces, [...spaces, ...maps], {}, files.slice(1)).length, 1);
  });
});
