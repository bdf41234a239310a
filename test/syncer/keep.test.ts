import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controllerOf, keepAnnotationOf } from '#syncer/ownership/keep.ts';
import { configMap } from './samples.ts';

const marks: Readonly<Record<string, string>> = {
  'regatta.dev/preserve-on-deletion': 'true',
  'client.lifecycle.config.k8s.io/deletion': 'detach',
  'cli-utils.sigs.k8s.io/on-remove': 'keep',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  'argocd.argoproj.io/sync-options': 'Validate=false,Prune=false',
  'kluctl.io/skip-delete': 'true',
  'kapp.k14s.io/delete-strategy': 'orphan',
};

function marked(metadata: object) {
  const object = configMap('a', '1');
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

describe('keepAnnotationOf', () => {
  for (const [name, value] of Object.entries(marks)) {
    it(`recognises the keep annotation ${name}`, () => {
      assert.equal(
        keepAnnotationOf(marked({ annotations: { [name]: value } })),
        `${name}: ${value}`,
      );
      assert.equal(keepAnnotationOf(marked({ annotations: { [name]: 'other' } })), '');
    });
  }

  it('recognises Karmada’s label', () => {
    const name = 'resourcetemplate.karmada.io/deletion-protected';
    assert.equal(keepAnnotationOf(marked({ labels: { [name]: 'Always' } })), `${name}: Always`);
    assert.equal(keepAnnotationOf(marked({ labels: { [name]: 'Never' } })), '');
  });
});

describe('controllerOf', () => {
  it('treats only the controlling owner reference as the controller', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1' };
    assert.equal(controllerOf(marked({ ownerReferences: [owner] })), '');
    const controller = { ...owner, controller: true };
    assert.equal(controllerOf(marked({ ownerReferences: [controller] })), 'ReplicaSet web');
  });
});
