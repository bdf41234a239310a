import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelAutoscaled } from '#compiler/interpret/autoscaled.ts';
import type { Selection } from '#model/binding.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';

const at = () => ({ file: 'f.yaml', line: 1, column: 1 });

function selection(object: KubeObject): Selection {
  return { template: { object, at } };
}

const web = (labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...(labels === undefined ? {} : { labels }) },
});

const scaler = (scaleTargetRef: unknown, namespace = 'shop'): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'any', namespace },
  spec: { scaleTargetRef },
});

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

function labels(template: KubeObject, other: KubeObject, profile: Profile = 'regatta'): unknown {
  const [labelled] = labelAutoscaled([template, other].map(selection), profile);
  return labelled?.template.object.metadata.labels;
}

describe('labelAutoscaled', () => {
  const retained = { 'resourcetemplate.karmada.io/retain-replicas': 'true' };

  it('adds the retain-replicas label to the target of an autoscaler', () => {
    assert.deepEqual(labels(web(), scaler(target)), retained);
    assert.deepEqual(labels(web({ app: 'web' }), scaler(target)), { app: 'web', ...retained });
  });

  it('keeps a retain-replicas label that the author set', () => {
    const own = { 'resourcetemplate.karmada.io/retain-replicas': 'false' };
    assert.deepEqual(labels(web(own), scaler(target)), own);
  });

  it('adds no label to a template that no autoscaler scales', () => {
    for (const other of [
      scaler({ ...target, name: 'db' }),
      scaler({ ...target, kind: 'StatefulSet' }),
      scaler(target, 'other'),
      scaler('web'),
      scaler({ kind: 'Deployment' }),
      { ...scaler(target), apiVersion: 'example.io/v1' },
    ]) {
      assert.equal(labels(web(), other), undefined);
    }
  });

  it('adds no retain-replicas label under the profile karmada', () => {
    assert.equal(labels(web(), scaler(target), 'karmada'), undefined);
  });
});
