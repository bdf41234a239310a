import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptySet, fieldSet, toFieldsV1 } from '../apply/field-set.ts';
import { decodeManagers, encodeManagers, type Managers } from '../apply/managers.ts';
import { applyConfig, trackUpdate, type WriteContext } from '../apply/updater.ts';
import type { Fields, Value } from '../object.ts';
import { builtinShape } from '../schema/builtin.ts';
import { ApiError } from '../status.ts';

const shape = builtinShape('apps', 'v1', 'Deployment');
const now = '2026-01-01T00:00:00Z';
const gently = { force: false };

function context(name: string, operation: 'Apply' | 'Update', managers: Managers): WriteContext {
  const manager = { name, operation, apiVersion: 'apps/v1', subresource: '' };
  return { shape, manager, managers, ignored: emptySet, now };
}

type Step = readonly [manager: string, config: Fields, force?: boolean];

/** Applies configurations in order; returns the object and the fields of each manager. */
function applyAll(steps: readonly Step[]): { object: Value; owned: Record<string, Fields> } {
  let object: Value = {};
  let managers: Managers = new Map();
  for (const [name, config, force = false] of steps) {
    const applied = applyConfig(context(name, 'Apply', managers), object, config, { force });
    ({ object, managers } = applied);
  }
  const entries = encodeManagers(managers).map(({ manager = '', fieldsV1 = {} }) => [
    manager,
    fieldsV1,
  ]);
  return { object, owned: Object.fromEntries(entries) };
}

const withContainers = (...containers: Fields[]): Fields => ({
  spec: { template: { spec: { containers } } },
});

describe('server-side apply', () => {
  it('records ownership of leaves, list items and map entries, and not of declared structs', () => {
    const ports = [{ containerPort: 80 }];
    const { owned } = applyAll([
      [
        'a',
        {
          metadata: { labels: { app: 'web' } },
          spec: {
            selector: { matchLabels: { app: 'web' } },
            template: { spec: { containers: [{ name: 'c', ports }] } },
          },
        },
      ],
    ]);
    const port = { '.': {}, 'f:containerPort': {} };
    const container = {
      '.': {},
      'f:name': {},
      'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': port },
    };
    assert.deepEqual(owned.a, {
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:selector': {},
        'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': container } } },
      },
    });
  });

  it('removes fields that an applier no longer sends, unless another manager owns them', () => {
    const { object } = applyAll([
      ['a', { spec: { replicas: 2, minReadySeconds: 5 } }],
      ['b', { spec: { minReadySeconds: 5 } }],
      ['a', { spec: { paused: true } }],
    ]);
    assert.deepEqual(object, { spec: { paused: true, minReadySeconds: 5 } });
  });

  it('removes a list item together with its fields without an owner', () => {
    const live = withContainers({ name: 'a', imagePullPolicy: 'Always' }, { name: 'b' });
    const config = withContainers({ name: 'a' });
    const first = applyConfig(context('m', 'Apply', new Map()), live, config, gently);
    const again = context('m', 'Apply', first.managers);
    const { object } = applyConfig(again, first.object, { spec: {} }, gently);
    assert.deepEqual(object, withContainers({ name: 'b' }));
  });

  it('keeps a list item while another manager owns a field of it', () => {
    const { object } = applyAll([
      ['a', withContainers({ name: 'c', image: 'x' })],
      ['b', withContainers({ name: 'c', tty: true })],
      ['a', { spec: { replicas: 1 } }],
    ]);
    const containers = [{ name: 'c', tty: true }];
    assert.deepEqual(object, { spec: { replicas: 1, template: { spec: { containers } } } });
  });

  it('merges list items by key in the applied order, and keeps the position of the others', () => {
    const live = withContainers({ name: 'x' }, { name: 'b' }, { name: 'a', image: 'old' });
    const config = withContainers({ name: 'a', image: 'new' }, { name: 'c' }, { name: 'b' });
    const { object } = applyConfig(context('m', 'Apply', new Map()), live, config, gently);
    assert.deepEqual(
      object,
      withContainers({ name: 'x' }, { name: 'a', image: 'new' }, { name: 'c' }, { name: 'b' }),
    );
  });

  it('reports every conflict with its owner', () => {
    const steps: Step[] = [
      ['gitops', { spec: { replicas: 1 } }],
      ['hand', { spec: { replicas: 2 } }],
    ];
    assert.throws(
      () => applyAll(steps),
      (error: unknown) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.code, 409);
        assert.equal(
          error.message,
          'Apply failed with 1 conflict: conflict with "gitops": .spec.replicas',
        );
        return true;
      },
    );
  });

  it('transfers fields to an applier with force', () => {
    const { object, owned } = applyAll([
      ['a', { spec: { replicas: 1, paused: true } }],
      ['b', { spec: { replicas: 2 } }, true],
    ]);
    assert.deepEqual(object, { spec: { replicas: 2, paused: true } });
    assert.deepEqual(owned, {
      a: { 'f:spec': { 'f:paused': {} } },
      b: { 'f:spec': { 'f:replicas': {} } },
    });
  });

  it('shares a field between two managers that apply the same value', () => {
    const { owned } = applyAll([
      ['a', { spec: { replicas: 1 } }],
      ['b', { spec: { replicas: 1 } }],
    ]);
    assert.deepEqual(owned.a, owned.b);
  });
});

describe('updates', () => {
  it('removes changed and removed fields from their owners in an update', () => {
    const config = { spec: { replicas: 1, paused: true, minReadySeconds: 1 } };
    const { object, managers } = applyConfig(context('a', 'Apply', new Map()), {}, config, gently);
    const after = { spec: { replicas: 3, minReadySeconds: 1 } };
    const tracked = encodeManagers(trackUpdate(context('u', 'Update', managers), object, after));
    assert.deepEqual(
      tracked.map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
      [
        ['a', { 'f:spec': { 'f:minReadySeconds': {} } }],
        ['u', { 'f:spec': { 'f:replicas': {} } }],
      ],
    );
  });

  it('records ownership of a whole new branch, including its structs, in an update', () => {
    const after = { spec: { strategy: { rollingUpdate: { maxSurge: 1 } } } };
    const tracked = trackUpdate(context('u', 'Update', new Map()), { spec: {} }, after);
    const [entry] = encodeManagers(tracked);
    assert.deepEqual(entry?.fieldsV1, {
      'f:spec': {
        'f:strategy': { '.': {}, 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} } },
      },
    });
  });
});

describe('managed fields', () => {
  it('encodes decoded managedFields without a difference', () => {
    const fieldsV1: Fields = { 'f:spec': { 'k:{"a":1}': { '.': {}, 'f:b': {} }, 'v:"x"': {} } };
    const entry = {
      manager: 'm',
      operation: 'Apply',
      apiVersion: 'v1',
      time: now,
      fieldsType: 'FieldsV1',
      fieldsV1,
    };
    assert.deepEqual(encodeManagers(decodeManagers([entry])), [entry]);
  });

  it('marks a branch that is a member of the field set', () => {
    assert.deepEqual(toFieldsV1(fieldSet(['f:a'], [['f:a', fieldSet(['f:b'])]])), {
      'f:a': { '.': {}, 'f:b': {} },
    });
  });
});
