import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
const base = {
  'templates/base/kustomization.yaml': 'resources: [a.yaml]\n',
  'templates/base/a.yaml': configMap('a'),
};
const kinds = ['v1 ConfigMap', 'kustomize.toolkit.fluxcd.io/v1 Kustomization'];

describe('street Z1: folders of kustomizations', () => {
  it('street Z1: a component that no kustomization uses is passed over', () => {
    const { status, output, rendered } = compileFiles({
      ...base,
      'templates/metrics/kustomization.yaml': `${component}resources: [../base, metrics.yaml]\npatches: [{path: absent.yaml}]\n`,
      'templates/metrics/metrics.yaml': configMap('metrics'),
    });
    assert.equal(status, 0, output);
    assert.deepEqual([...rendered.keys()], ['default/configmap_a.yaml']);
  });

  it('street Z1: a component that a kustomization uses is part of it', () => {
    const { status, output, rendered } = compileFiles({
      ...base,
      'templates/metrics/kustomization.yaml': `${component}resources: [metrics.yaml]\n`,
      'templates/metrics/metrics.yaml': configMap('metrics'),
      'templates/app/kustomization.yaml':
        'namespace: app\nresources: [../base]\ncomponents: [../metrics]\n',
    });
    assert.equal(status, 0, output);
    assert.deepEqual([...rendered.keys()], ['app/configmap_a.yaml', 'app/configmap_metrics.yaml']);
  });

  it("street Z1: Flux's Kustomization in a file of that name is an object like any other", () => {
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, interval: 10m, prune: true, sourceRef: {kind: GitRepository, name: apps}}
`;
    const { status, output, rendered } = compileFiles(
      {
        'templates/flux/kustomization.yaml': `${flux}---\n${flux.replace('name: apps', 'name: infra')}`,
        'templates/flux/beside.yaml': configMap('beside'),
      },
      kinds,
    );
    assert.equal(status, 0, output);
    assert.deepEqual(
      [...rendered.keys()],
      [
        'default/configmap_beside.yaml',
        'flux-system/kustomization.kustomize.toolkit.fluxcd.io_apps.yaml',
        'flux-system/kustomization.kustomize.toolkit.fluxcd.io_infra.yaml',
      ],
    );
  });
});

describe('street P8: a kustomization that cannot be read', () => {
  for (const [name, text] of [
    ['invalid YAML', 'namespace: shop\nresources:\n- ../base\n bad: [\n'],
    ['a list', '- ../base\n'],
    ['an empty file', ''],
    ['a file with comments only', '# resources: [../base]\n'],
    ['a duplicate key', 'resources: [../base]\nresources: [../base]\n'],
    ['a field of another type', 'resources: ../base\n'],
    ['an unknown field', 'resource: [../base]\n'],
    ['a misspelt group', 'apiVersion: kustomize.confg.k8s.io/v1beta1\nkind: Kustomization\n'],
  ] as const) {
    it(`street P8: ${name} is an error, and its base is not rendered`, () => {
      const { status, output, rendered } = compileFiles({
        ...base,
        'templates/app/kustomization.yaml': text,
      });
      assert.equal(status, 1, output);
      assert.match(output, /^templates\/app\/kustomization\.yaml:\d+:\d+: error /m);
      assert.equal(rendered.size, 0);
    });
  }
});

describe('street Z3: policies in a kustomization', () => {
  it('street Z3: the namespace of a kustomization has no effect on cluster-scoped policies', () => {
    const policies = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: roles}
spec:
  resourceSelectors: [{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: ClusterOverridePolicy
metadata: {name: labels}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  overrideRules: [{overriders: {labelsOverrider: [{operator: add, value: {team: shop}}]}}]
`;
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n';
    const { status, output, rendered } = compileFiles({
      'templates/app/kustomization.yaml':
        'namespace: shop\nresources: [policies.yaml, role.yaml, a.yaml]\n',
      'templates/app/policies.yaml': policies,
      'templates/app/role.yaml': `${role}metadata: {name: reader}\nrules: []\n`,
      'templates/app/a.yaml': configMap('a'),
      'templates/b.yaml': configMap('b'),
    });
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /warning/);
    assert.deepEqual(
      [...rendered.keys()],
      [
        '_cluster/clusterrole.rbac.authorization.k8s.io_reader.yaml',
        'default/configmap_b.yaml',
        'shop/configmap_a.yaml',
      ],
    );
    assert.match(rendered.get('default/configmap_b.yaml') ?? '', /team: shop/);
  });
});
