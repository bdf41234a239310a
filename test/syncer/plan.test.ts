import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { defaultSyncerSettings } from '#model/sync-settings.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import type { Inventory } from '#syncer/inventory/inventory.ts';
import type { CachedObject } from '#syncer/observe/cached-object.ts';
import { planSync } from '#syncer/plan/plan.ts';
import { sampleFleet } from './samples.ts';

const key: ObjectKey = '/ConfigMap/default/a';
const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name: 'a' },
};
const desired: Desired = {
  commit: 'c1',
  tree: 't1',
  settings: defaultSyncerSettings,
  fleet: sampleFleet,
  acknowledged: new Set(),
  objects: new Map([
    [key, { key, object, digest: 'd1', sequence: { wave: 0, dependsOn: [] }, isSecret: false }],
  ]),
};
const nothing: Desired = {
  commit: 'c2',
  tree: 't2',
  settings: defaultSyncerSettings,
  fleet: sampleFleet,
  acknowledged: new Set(),
  objects: new Map(),
};
const live: CachedObject = {
  uid: 'u1',
  resourceVersion: '7',
  fields: 'f1',
  isOursLast: false,
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
  { name: 'a new object', desired, want: 'apply unsure' },
  {
    name: 'a live object without an inventory entry',
    desired,
    observed: live,
    want: 'apply unsure',
  },
  {
    name: 'an object that matches its inventory entry',
    desired,
    entry: left,
    observed: live,
    want: 'unchanged',
  },
  {
    name: 'an object whose manifest changed',
    desired,
    entry: { ...left, digest: 'd0' },
    observed: live,
    want: 'apply changed',
  },
  {
    name: 'an object whose last turn was interrupted',
    desired,
    entry: { ...left, digest: '', fields: '' },
    observed: live,
    want: 'apply unsure',
  },
  {
    name: 'an object of which another manager took a field',
    desired,
    entry: left,
    observed: { ...live, fields: 'f2' },
    want: 'apply drifted',
  },
  {
    name: 'an object that an earlier write may have changed back',
    desired,
    entry: left,
    observed: { ...live, isDoubtful: true },
    want: 'apply drifted',
  },
  { name: 'an object that was deleted by hand', desired, entry: left, want: 'apply missing' },
  {
    name: 'a desired object that is being deleted',
    desired,
    entry: left,
    observed: { ...live, deleting: true },
    want: 'wait desired',
  },
  {
    name: 'an object that left Git',
    desired: nothing,
    entry: left,
    observed: live,
    want: 'prune u1',
  },
  {
    name: 'an object that left Git after an interrupted turn',
    desired: nothing,
    entry: { ...left, digest: '', fields: '' },
    observed: live,
    want: 'prune u1',
  },
  {
    name: 'an object that left both Git and the cluster',
    desired: nothing,
    entry: left,
    want: 'forget',
  },
  {
    name: 'an object that left Git and is being deleted',
    desired: nothing,
    entry: left,
    observed: { ...live, deleting: true },
    want: 'wait removed',
  },
  {
    name: 'a Kubernetes-made object that left Git',
    desired: nothing,
    entry: left,
    observed: { ...live, shared: true },
    want: 'release',
  },
  {
    name: 'an object that left Git and has a keep annotation',
    desired: nothing,
    entry: left,
    observed: { ...live, keepAnnotation: 'helm.sh/resource-policy: keep' },
    want: 'abandon',
  },
  {
    name: 'an object that left Git and belongs to a controller',
    desired: nothing,
    entry: left,
    observed: { ...live, controller: 'ReplicaSet web' },
    want: 'hold',
  },
  {
    name: 'an object whose API version changed',
    desired,
    entry: { ...left, version: 'v1beta1', digest: 'd0' },
    observed: live,
    want: 'apply unsure',
  },
];

describe('planSync', () => {
  for (const { name, desired, entry, observed, want } of cases) {
    it(`plans "${want}" for ${name}`, () => {
      const inventory: Inventory = new Map(entry ? [[key, entry]] : []);
      const actions = planSync(desired, inventory, new Map(observed ? [[key, observed]] : []));
      assert.deepEqual(actions.map(describeAction), [want]);
    });
  }

  it('forgets the old key of an object that moved to another API group', () => {
    const old: ObjectKey = 'old.example.com/ConfigMap/default/a';
    const inventory: Inventory = new Map([
      [old, left],
      [key, left],
    ]);
    const snapshot = new Map([
      [old, live],
      [key, live],
    ]);
    assert.deepEqual(planSync(desired, inventory, snapshot).map(describeAction), [
      'unchanged',
      'forget',
    ]);
  });

  it('plans nothing for an object with Regatta’s label that is not in the inventory', () => {
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
