import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSyncSettings } from '#model/sync-settings.ts';
import { type BudgetVerdict, isRefused, judgeDeletions } from '#review/budget.ts';
import type { Snapshot } from '#review/snapshot.ts';

const clusters = ['a', 'b', 'c', 'd', 'e'];

/** Returns a snapshot with ConfigMaps on all clusters; the content of each file is its path. */
function snapshot(names: readonly string[], more: readonly string[] = []): Snapshot {
  const maps = names.map((name) => `shop/configmap_${name}.yaml`);
  const paths = clusters.flatMap((cluster) => maps.map((path) => `${cluster}/${path}`));
  return { files: new Map([...paths, ...more].map((path) => [path, path])) };
}

function judge(
  base: Snapshot,
  head: Snapshot,
  acknowledged: readonly string[] = [],
): BudgetVerdict {
  const rules = { budget: { kinds: {} }, sync: defaultSyncSettings.deletions, acknowledged };
  return judgeDeletions(base, head, rules, (content) => ({
    apiVersion: 'v1',
    kind: content.includes('/namespace_') ? 'Namespace' : 'ConfigMap',
    metadata: { name: 'x' },
  }));
}

const names = Array.from({ length: 20 }, (_, index) => `m${index}`);

describe('the budget of deletions', () => {
  it('applies the deletion budget of the syncer, and reports equal clusters once', () => {
    const verdict = judge(snapshot(names), snapshot(names.slice(11)));
    assert.deepEqual(verdict.excesses, [
      { of: 'spec.sync.deletions, objects on a, b, c and 2 more', allowed: 10, found: 11 },
    ]);
    assert.ok(isRefused(verdict));
    const { digest } = verdict;
    assert.ok(!isRefused(judge(snapshot(names), snapshot(names.slice(11)), [digest])));
    assert.ok(isRefused(judge(snapshot(names), snapshot(names.slice(12)), [digest])));
  });

  it('allows deletions within the budget', () => {
    assert.deepEqual(judge(snapshot(names), snapshot(names.slice(10))).excesses, []);
  });

  it('counts namespaces when the last of several is deleted', () => {
    const spaces = ['a/_cluster/namespace_one.yaml', 'a/_cluster/namespace_two.yaml'];
    const { excesses } = judge(snapshot(names, spaces), snapshot(names));
    const of = 'spec.sync.deletions.allNamespaces, namespaces on a';
    assert.deepEqual(excesses, [{ of, allowed: 1, found: 2 }]);
  });

  it('does not count a cluster without rendered files, because the syncer leaves it unchanged', () => {
    const all = snapshot(names);
    const gone = [...all.files].filter(([path]) => !path.startsWith('a/'));
    assert.deepEqual(judge(all, { files: new Map(gone) }).excesses, []);
  });

  it('does not count an old acknowledgement as a deleted object', () => {
    const acknowledgement = 'a/_acknowledged.txt';
    const verdict = judge(snapshot(names, [acknowledgement]), snapshot(names));
    assert.deepEqual(verdict.deletions, []);
  });
});
