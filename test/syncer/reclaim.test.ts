import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { leftoversOf, reclaimFields } from '#syncer/ownership/reclaim.ts';

const time = '2026-01-01T00:00:00Z';

function entry(manager: string, operation: string, fieldsV1: object, more: object = {}) {
  return { manager, operation, apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1, ...more };
}

function live(...managedFields: readonly object[]): KubeObject {
  const metadata = { namespace: 'shop', name: 'a', managedFields };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

const data = (...keys: readonly string[]) => ({
  'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])),
});

describe('leftoversOf', () => {
  for (const manager of [
    'kubectl',
    'kubectl-client-side-apply',
    'kubectl-edit',
    'helm',
    'before-first-apply',
  ]) {
    it(`returns the fields of ${manager}`, () => {
      assert.equal(leftoversOf(live(entry(manager, 'Update', data('a'))), 'regatta').length, 1);
    });
  }

  for (const [name, object] of Object.entries({
    'kubectl-rollout': live(entry('kubectl-rollout', 'Update', data('a'))),
    'a controller': live(entry('kube-controller-manager', 'Update', data('a'))),
    'a scale by kubectl': live(entry('kubectl', 'Update', data('a'), { subresource: 'scale' })),
    'an entry that has only a status': live(entry('kubectl-edit', 'Update', { 'f:status': {} })),
    'an object that Kubernetes makes': {
      ...live(entry('kubectl-label', 'Update', data('a'))),
      kind: 'Namespace',
      metadata: { name: 'default', managedFields: [entry('kubectl-label', 'Update', data('a'))] },
    },
  })) {
    it(`ignores ${name}`, () => assert.deepEqual(leftoversOf(object, 'regatta'), []));
  }

  it('ignores spared managers', () => {
    const object = live(entry('helm', 'Update', data('a')));
    assert.deepEqual(leftoversOf(object, 'regatta', new Set(['helm'])), []);
  });
});

describe('reclaimFields', () => {
  it('merges all reclaimed fields into one entry at one API version', () => {
    const object = live(
      entry('helm', 'Update', data('a', 'b')),
      entry('regatta', 'Apply', data('b', 'c'), { apiVersion: 'v1beta1' }),
      entry('controller', 'Update', data('d')),
    );
    const [ours, ...others] = reclaimFields(object, 'v1', 'regatta');
    // A second earlier, so that the object differs from its inventory entry until the next apply.
    const earlier = { time: '2025-12-31T23:59:59Z' };
    assert.deepEqual(ours, entry('regatta', 'Apply', data('b', 'c', 'a'), earlier));
    assert.deepEqual(others, [entry('controller', 'Update', data('d'))]);
  });

  it('leaves the status to the manager that wrote it', () => {
    const object = live(
      entry('kubectl-edit', 'Update', { ...data('a'), 'f:status': { 'f:x': {} } }),
    );
    const [ours, status] = reclaimFields(object, 'v1', 'regatta');
    assert.deepEqual(ours?.fieldsV1, data('a'));
    assert.deepEqual(status, entry('kubectl-edit', 'Update', { 'f:status': { 'f:x': {} } }));
  });
});

describe('leftovers of Karmada', () => {
  const labels = (...names: readonly string[]) => ({
    'f:metadata': { 'f:labels': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
  });
  const managed = (...managedFields: readonly object[]): KubeObject => {
    const object = live(...managedFields);
    return {
      ...object,
      metadata: { ...object.metadata, labels: { 'karmada.io/managed': 'true' } },
    };
  };

  it('street K1: the fields that Karmada wrote into a member are leftovers', () => {
    const written = [
      entry('karmada-controller-manager', 'Update', data('a')),
      entry('karmada-agent', 'Update', labels('work.karmada.io/permanent-id')),
    ];
    assert.deepEqual(leftoversOf(managed(...written), 'regatta'), written);
  });

  it('street K1: ignores the metadata that Karmada adds to a template in its control plane', () => {
    const claim = entry('karmada-controller-manager', 'Update', {
      ...labels('propagationpolicy.karmada.io/permanent-id'),
    });
    assert.deepEqual(leftoversOf(live(claim), 'regatta'), []);
  });

  it("street K1: Karmada's labels are leftovers, also of an unknown manager", () => {
    const backup = entry('velero', 'Update', {
      ...labels('karmada.io/managed', 'app'),
      ...data('a'),
    });
    const object = managed(entry('regatta', 'Apply', data('b')), backup);
    const [leftover] = leftoversOf(object, 'regatta');
    assert.deepEqual(leftover?.fieldsV1, labels('karmada.io/managed'));
    const [ours, other] = reclaimFields(object, 'v1', 'regatta');
    assert.deepEqual(ours?.fieldsV1, { ...data('b'), ...labels('karmada.io/managed') });
    assert.deepEqual(other?.fieldsV1, { ...labels('app'), ...data('a') });
  });

  it('street K1: an entry that loses its only label owns no other label', () => {
    const backup = entry('velero', 'Update', { ...labels('karmada.io/managed'), ...data('a') });
    const [, other] = reclaimFields(
      managed(entry('regatta', 'Apply', data('b')), backup),
      'v1',
      'regatta',
    );
    assert.deepEqual(other?.fieldsV1, data('a'));
  });
});
