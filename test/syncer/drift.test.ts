import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { driftOf } from '#syncer/observe/drift.ts';

const container = (name: string, image: string, ports: readonly object[] = []) => ({
  name,
  image,
  ports,
});

function deployment(spec: object, managedFields: readonly object[] = []): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'default', name: 'web', managedFields },
    spec,
    status: { observedGeneration: 3 },
  };
}

/** Returns managedFields in which `edit` owns `fields` of the spec and `old` owns nothing. */
function managers(fields: object): readonly object[] {
  return [
    { manager: 'old', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1: {} },
    {
      manager: 'edit',
      operation: 'Update',
      time: '2026-02-02T00:00:00Z',
      fieldsV1: { 'f:spec': fields },
    },
    { manager: 'regatta', operation: 'Apply', time: '2026-03-03T00:00:00Z', fieldsV1: {} },
    {
      manager: 'controller',
      operation: 'Update',
      subresource: 'status',
      time: '2026-04-04T00:00:00Z',
      fieldsV1: { 'f:status': {} },
    },
  ];
}

const cases: readonly {
  name: string;
  desired: object;
  live: object;
  fields: object;
  want: string[];
}[] = [
  {
    name: 'reports a changed scalar',
    desired: { replicas: 1 },
    live: { replicas: 5 },
    fields: { 'f:replicas': {} },
    want: ['.spec.replicas 1 → 5 edit'],
  },
  {
    name: 'finds a list item by its name, whatever its index',
    desired: { containers: [container('a', 'x:1'), container('b', 'y:1')] },
    live: { containers: [container('b', 'y:2'), container('a', 'x:1')] },
    fields: { 'f:containers': { 'k:{"name":"b"}': { 'f:image': {} } } },
    want: ['.spec.containers[name=b].image "y:1" → "y:2" edit'],
  },
  {
    name: 'distinguishes two ports that differ only in protocol',
    desired: {
      ports: [
        { port: 53, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
      ],
    },
    live: {
      ports: [
        { port: 53, protocol: 'TCP' },
        { port: 54, protocol: 'UDP' },
      ],
    },
    fields: { 'f:ports': { 'k:{"port":54,"protocol":"UDP"}': { 'f:port': {} } } },
    want: ['.spec.ports[1].port 53 → 54 edit'],
  },
  {
    name: 'reports the item that changed in an atomic list',
    desired: { args: ['a', 'b'] },
    live: { args: ['a', 'c'] },
    fields: { 'f:args': {} },
    want: ['.spec.args[1] "b" → "c" edit'],
  },
  {
    name: 'attributes a removed field to the other manager that wrote last',
    desired: { paused: true },
    live: {},
    fields: {},
    want: ['.spec.paused true → undefined edit'],
  },
  {
    name: 'quotes a key with dots in the path',
    desired: { selector: { 'a.b/c': '1' } },
    live: { selector: { 'a.b/c': '2' } },
    fields: { 'f:selector': { 'f:a.b/c': {} } },
    want: ['.spec.selector["a.b/c"] "1" → "2" edit'],
  },
  {
    name: 'reports no drift of status and server fields',
    desired: {},
    live: {},
    fields: {},
    want: [],
  },
];

const own = { manager: 'regatta' };

describe('driftOf', () => {
  for (const { name, desired, live, fields, want } of cases) {
    it(name, () => {
      const merged = { ...deployment(desired), status: {} };
      const changes = driftOf(deployment(live, managers(fields)), merged, own);
      const lines = changes.map(
        ({ path, desired, live, manager }) =>
          `${path} ${JSON.stringify(desired)} → ${JSON.stringify(live)} ${manager}`,
      );
      assert.deepEqual(lines, want);
    });
  }

  it('names the removed label even when the object has no other label', () => {
    const bare = deployment({});
    const merged = { ...bare, metadata: { ...bare.metadata, labels: { team: 'a' } } };
    assert.deepEqual(
      driftOf(bare, merged, own).map(({ path }) => path),
      ['.metadata.labels.team'],
    );
  });

  it('never reports the values of a Secret', () => {
    const secret = (data: object): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'default', name: 's' },
      data,
    });
    const text = JSON.stringify(driftOf(secret({ p: 'aHVudGVyMg==' }), secret({ p: 'b2xk' }), own));
    assert.match(text, /\.data\.p/);
    assert.doesNotMatch(text, /aHVudGVyMg|b2xk/);
  });

  it('K15: hides annotations of a Secret, and values of an object that Git seals', () => {
    const object = (kind: string, text: string): KubeObject => ({
      apiVersion: 'v1',
      kind,
      metadata: { namespace: 'default', name: 's', annotations: { note: `tulip ${text}` } },
      spec: { users: [{ name: `tulip ${text}`, age: text.length }] },
    });
    const [live, merged] = [object('Secret', 'a'), object('Secret', 'bb')];
    const sealed = driftOf(object('ConfigMap', 'a'), object('ConfigMap', 'bb'), {
      ...own,
      isSecret: true,
    });
    for (const drift of [driftOf(live, merged, own), sealed]) {
      assert.match(JSON.stringify(drift), /\.spec\.users\[0\].*\.metadata\.annotations\.note/);
      assert.doesNotMatch(JSON.stringify(drift), /tulip/);
    }
  });

  it('K15: S09: hides the last-applied-configuration of every kind', () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const object = (text: string) => {
      const bare = deployment({});
      return {
        ...bare,
        metadata: { ...bare.metadata, annotations: { [name]: text, color: text } },
      };
    };
    const drift = driftOf(object('blue'), object('red'), own);
    const shown = drift.map(({ path, desired, live }) => `${path} ${desired} ${live}`);
    assert.deepEqual(shown, [
      `.metadata.annotations["${name}"] (hidden) (hidden)`,
      '.metadata.annotations.color red blue',
    ]);
  });
});
