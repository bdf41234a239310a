import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import { applyFieldRules, hasRules } from '#syncer/plan/field-rules.ts';

const container = { name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } };
const desired: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'web', annotations: { 'a/b': 'x' } },
  spec: { replicas: 1, template: { spec: { containers: [container] } } },
};

const limits = { 'f:resources': { 'f:limits': { 'f:cpu': {} } } };
const fieldsV1 = {
  'f:metadata': { 'f:annotations': { 'f:a/b': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': limits } } },
  },
};
const managedFields = [{ manager: 'vpa', operation: 'Update', fieldsV1 }];
const live: KubeObject = { ...desired, metadata: { ...desired.metadata, managedFields } };

function specAfter(rule: Partial<FieldRule> & Pick<FieldRule, 'paths'>): unknown {
  const ruling = applyFieldRules(desired, live, [{ resolution: 'Yield', ...rule }], 'regatta');
  assert.equal(ruling.type, 'apply');
  return ruling.type === 'apply' ? ruling.toApply.spec : undefined;
}

const everywhere = ['/spec/replicas'];

describe('applyFieldRules', () => {
  it('omits a field of another manager, and only that field', () => {
    const { replicas: _, ...rest } = desired.spec as { readonly replicas: number };
    assert.deepEqual(specAfter({ paths: everywhere }), rest);
  });

  it('finds a list item by the keys that the API server merges lists by', () => {
    const spec = specAfter({ paths: ['/spec/template/spec/containers/*/resources/limits/cpu'] });
    const bare = { ...container, resources: { limits: {} } };
    assert.deepEqual(spec, { replicas: 1, template: { spec: { containers: [bare] } } });
  });

  it('decodes the escapes in JSON pointers', () => {
    const rule: FieldRule = { paths: ['/metadata/annotations/a~1b'], resolution: 'Yield' };
    const ruling = applyFieldRules(desired, live, [rule], 'regatta');
    assert.ok(ruling.type === 'apply');
    assert.deepEqual(ruling.toApply.metadata.annotations, {});
    assert.deepEqual([...ruling.yieldedTo], ['vpa']);
  });

  for (const [name, rule] of Object.entries({
    'another manager': { managers: ['hpa'] },
    'a part of the manager’s name': { managers: ['vp'] },
    'another kind': { kinds: ['StatefulSet'] },
    'another group': { kinds: ['batch/Deployment'] },
    'another namespace': { namespaces: ['default'] },
    'another name': { names: ['db'] },
  })) {
    it(`ignores a rule for ${name}`, () => {
      assert.deepEqual(specAfter({ paths: everywhere, ...rule }), desired.spec);
    });
  }

  it('uses the first rule that matches', () => {
    const overwrite: FieldRule = { paths: everywhere, resolution: 'Overwrite' };
    const ruling = applyFieldRules(
      desired,
      live,
      [overwrite, { paths: everywhere, resolution: 'Yield' }],
      'regatta',
    );
    assert.ok(ruling.type === 'apply');
    assert.deepEqual(ruling.toApply, desired);
  });

  it('aborts, and names the manager and the field', () => {
    const ruling = applyFieldRules(
      desired,
      live,
      [{ paths: everywhere, resolution: 'Abort' }],
      'regatta',
    );
    assert.deepEqual(ruling, {
      type: 'abort',
      reason: 'vpa owns .spec.replicas, and a field rule sets Abort',
    });
  });
});

describe('hasRules', () => {
  it('is true for an object that one of the rules selects', () => {
    assert.equal(
      hasRules(desired, [{ paths: everywhere, resolution: 'Yield', names: ['web'] }]),
      true,
    );
    assert.equal(
      hasRules(desired, [{ paths: everywhere, resolution: 'Yield', names: ['db'] }]),
      false,
    );
    assert.equal(hasRules(desired, []), false);
  });
});
