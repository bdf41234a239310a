import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { defaultSyncSettings } from '#model/sync-settings.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import type { Inventory } from '#syncer/inventory/inventory.ts';
import type { CachedObject } from '#syncer/observe/cached-object.ts';
import { planSync } from '#syncer/plan/plan.ts';

const key: ObjectKey = '/ConfigMap/default/a';
const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name: 'a' },
};
const wanted: Desired = {
  commit: 'c1',
  tree: 't1',
  settings: defaultSyncSettings,
  acknowledged: new Set(),
  objects: new Map([[key, { key, object, digest: 'd1', sequence: { wave: 0, dependsOn: [] } }]]),
};
const nothing: Desired = {
  commit: 'c2',
  tree: 't2',
  settings: defaultSyncSettings,
  acknowledged: new Set(),
  objects: new Map(),
};
const live: CachedObject = {
  uid: 'u1',
  resourceVersion: '7',
  fields: 'f1',
  touched: false,
  deleting: false,
  shared: false,
  keepAnnotation: '',
  controller: '',
  health: { status: 'Current', message: '' },
  sequence: { wave: 0, dependsOn: [] },
};
const left = { version: 'v1', digest: 'd1', fields: 'f1' };

const cases: readonly {
  name: string;
  desired: Desired;
  entry?: typeof left;
  observed?: CachedObject;
  want: string;
}[] = [
  { name: 'new', desired: wanted, want: 'apply unsure' },
  {
    name: 'there, but not in the inventory',
    desired: wanted,
    observed: live,
    want: 'apply unsure',
  },
  { name: 'as we left it', desired: wanted, entry: left, observed: live, want: 'unchanged' },
  {
    name: 'another manifest',
    desired: wanted,
    entry: { ...left, digest: 'd0' },
    observed: live,
    want: 'apply changed',
  },
  {
    name: 'a turn was cut short',
    desired: wanted,
    entry: { ...left, digest: '', fields: '' },
    observed: live,
    want: 'apply unsure',
  },
  {
    name: 'somebody took a field',
    desired: wanted,
    entry: left,
    observed: { ...live, fields: 'f2' },
    want: 'apply drifted',
  },
  { name: 'somebody deleted it', desired: wanted, entry: left, want: 'apply missing' },
  {
    name: 'wanted while it is being deleted',
    desired: wanted,
    entry: left,
    observed: { ...live, deleting: true },
    want: 'wait desired',
  },
  { name: 'left Git', desired: nothing, entry: left, observed: live, want: 'prune u1' },
  {
    name: 'left Git, and a turn was cut short before',
    desired: nothing,
    entry: { ...left, digest: '', fields: '' },
    observed: live,
    want: 'prune u1',
  },
  { name: 'left Git and the cluster', desired: nothing, entry: left, want: 'forget' },
  {
    name: 'left Git, is being deleted',
    desired: nothing,
    entry: left,
    observed: { ...live, deleting: true },
    want: 'wait removed',
  },
  {
    name: 'left Git, but everybody shares it',
    desired: nothing,
    entry: left,
    observed: { ...live, shared: true },
    want: 'release',
  },
  {
    name: 'left Git, but is marked to stay',
    desired: nothing,
    entry: left,
    observed: { ...live, keepAnnotation: 'helm.sh/resource-policy: keep' },
    want: 'abandon',
  },
  {
    name: 'left Git, but belongs to a controller',
    desired: nothing,
    entry: left,
    observed: { ...live, controller: 'ReplicaSet web' },
    want: 'hold',
  },
  {
    name: 'of another API version',
    desired: wanted,
    entry: { ...left, version: 'v1beta1', digest: 'd0' },
    observed: live,
    want: 'apply unsure',
  },
];

describe('planSync', () => {
  for (const { name, desired, entry, observed, want } of cases) {
    it(`${name}: ${want}`, () => {
      const inventory: Inventory = new Map(entry ? [[key, entry]] : []);
      const actions = planSync(desired, inventory, new Map(observed ? [[key, observed]] : []));
      assert.deepEqual(actions.map(describeAction), [want]);
    });
  }

  it('forgets an object that Git wants under another API group', () => {
    const old: ObjectKey = 'old.example.com/ConfigMap/default/a';
    const inventory: Inventory = new Map([
      [old, left],
      [key, left],
    ]);
    const snapshot = new Map([
      [old, live],
      [key, live],
    ]);
    assert.deepEqual(planSync(wanted, inventory, snapshot).map(describeAction), [
      'unchanged',
      'forget',
    ]);
  });

  it('leaves alone what carries our label but was never ours to delete', () => {
    assert.deepEqual(planSync(nothing, new Map(), new Map([[key, live]])), []);
  });
});

function describeAction(action: ReturnType<typeof planSync>[number]): string {
  switch (action.type) {
    case 'apply':
      return `apply ${action.cause}`;
    case 'prune':
      return `prune ${action.uid}`;
    case 'wait':
      return action.isDesired ? 'wait desired' : 'wait removed';
    default:
      return action.type;
  }
}
