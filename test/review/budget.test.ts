import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveBudget } from '#model/deletion-budget.ts';
import type { DeletionRecord } from '#model/deletion-records.ts';
import type { Snapshot } from '#model/snapshot.ts';
import {
  type BudgetVerdict,
  type DeletionRules,
  isRefused,
  judgeDeletions,
} from '#review/budget.ts';

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
  more: Partial<DeletionRules> = {},
): BudgetVerdict {
  const rules = { budget: resolveBudget(), acknowledged, earlier: new Map(), ...more };
  return judgeDeletions(base, head, rules, (content) => {
    const [, space, kind, name = ''] = /([^/]+)\/([^/_]+)_(.*)\.yaml$/.exec(content) ?? [];
    const metadata = kind === 'namespace' ? { name } : { namespace: String(space), name };
    return {
      apiVersion: 'v1',
      kind: kind === 'namespace' ? 'Namespace' : 'ConfigMap',
      metadata,
    };
  });
}

/** Returns an excess without the numbers that other tests compare. */
function limitsOf({ excesses }: BudgetVerdict) {
  return excesses.map(({ setting, clusters, found, allowed }) => {
    return { setting, clusters, found, allowed };
  });
}

const names = Array.from({ length: 20 }, (_, index) => `m${index}`);

describe('the budget of deletions', () => {
  it('applies the deletion budget of the syncer, and reports equal clusters once', () => {
    const verdict = judge(snapshot(names), snapshot(names.slice(11)));
    assert.deepEqual(limitsOf(verdict), [
      { setting: 'spec.deletionBudget.cluster', clusters, found: 11, allowed: 10 },
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
    const verdict = judge(snapshot(names, spaces), snapshot(names));
    assert.deepEqual(limitsOf(verdict), [
      { setting: 'spec.deletionBudget.kinds.Namespace', clusters: ['a'], found: 2, allowed: 0 },
      { setting: 'spec.deletionBudget.allNamespaces', clusters: ['a'], found: 2, allowed: 1 },
    ]);
  });

  it('K31: adds what the base deleted in its last 24 hours', () => {
    const record: DeletionRecord = { at: 0, size: 25, types: { configmap: [12, 25] } };
    const earlier = new Map([['a', [record]]]);
    const verdict = judge(snapshot(names), snapshot(names.slice(1)), [], { earlier });
    assert.deepEqual(limitsOf(verdict), [
      { setting: 'spec.deletionBudget.cluster', clusters: ['a'], found: 13, allowed: 12 },
    ]);
    assert.deepEqual(judge(snapshot(names), snapshot(names), [], { earlier }).excesses, []);
  });

  it('K31: limits what one change deletes from the fleet', () => {
    const [base, head] = [snapshot(names), snapshot(names.slice(2))];
    const judged = (fleet: number | string) =>
      limitsOf(judge(base, head, [], { budget: resolveBudget({ fleet }) }));
    const setting = 'spec.deletionBudget.fleet';
    assert.deepEqual(judged(9), [{ setting, clusters: [], found: 10, allowed: 9 }]);
    assert.deepEqual(judged('9%'), [{ setting, clusters: [], found: 10, allowed: 9 }]);
    assert.deepEqual(judged('10%'), []);
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
