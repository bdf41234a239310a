import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import { applyFieldRules, hasRules } from '#syncer/plan/field-rules.ts';

const container = { name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } };
const wanted: KubeObject = {
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
const live: KubeObject = { ...wanted, metadata: { ...wanted.metadata, managedFields } };

function specAfter(rule: Partial<FieldRule> & Pick<FieldRule, 'paths'>): unknown {
  const ruling = applyFieldRules(wanted, live, [{ resolution: 'Yield', ...rule }]);
  assert.equal(ruling.type, 'apply');
  return ruling.type === 'apply' ? ruling.toApply.spec : undefined;
}

const everywhere = ['/spec/replicas'];

describe('applyFieldRules', () => {
  it('leaves out what somebody else has, and nothing beside it', () => {
    const { replicas: _, ...rest } = wanted.spec as { readonly replicas: number };
    assert.deepEqual(specAfter({ paths: everywhere }), rest);
  });

  it('finds an item of a list by what the server knows it by', () => {
    const spec = specAfter({ paths: ['/spec/template/spec/containers/*/resources/limits/cpu'] });
    const bare = { ...container, resources: { limits: {} } };
    assert.deepEqual(spec, { replicas: 1, template: { spec: { containers: [bare] } } });
  });

  it('reads escapes of JSON pointers', () => {
    const rule: FieldRule = { paths: ['/metadata/annotations/a~1b'], resolution: 'Yield' };
    const ruling = applyFieldRules(wanted, live, [rule]);
    assert.ok(ruling.type === 'apply');
    assert.deepEqual(ruling.toApply.metadata.annotations, {});
    assert.deepEqual([...ruling.yieldedTo], ['vpa']);
  });

  for (const [name, rule] of Object.entries({
    'of another manager': { managers: ['hpa'] },
    'of a manager that is named in part': { managers: ['vp'] },
    'of another kind': { kinds: ['StatefulSet'] },
    'of another group': { kinds: ['batch/Deployment'] },
    'of another namespace': { namespaces: ['default'] },
    'of another name': { names: ['db'] },
  })) {
    it(`changes nothing by a rule ${name}`, () => {
      assert.deepEqual(specAfter({ paths: everywhere, ...rule }), wanted.spec);
    });
  }

  it('lets the first rule decide', () => {
    const overwrite: FieldRule = { paths: everywhere, resolution: 'Overwrite' };
    const ruling = applyFieldRules(wanted, live, [
      overwrite,
      { paths: everywhere, resolution: 'Yield' },
    ]);
    assert.ok(ruling.type === 'apply');
    assert.deepEqual(ruling.toApply, wanted);
  });

  it('aborts, and says who has what', () => {
    const ruling = applyFieldRules(wanted, live, [{ paths: everywhere, resolution: 'Abort' }]);
    assert.deepEqual(ruling, {
      type: 'abort',
      reason: 'vpa owns .spec.replicas, and a field rule says Abort',
    });
  });
});

describe('hasRules', () => {
  it('holds for the objects that a rule is for', () => {
    assert.equal(
      hasRules(wanted, [{ paths: everywhere, resolution: 'Yield', names: ['web'] }]),
      true,
    );
    assert.equal(
      hasRules(wanted, [{ paths: everywhere, resolution: 'Yield', names: ['db'] }]),
      false,
    );
    assert.equal(hasRules(wanted, []), false);
  });
});
