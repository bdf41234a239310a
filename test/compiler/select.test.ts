import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile, outputOf } from '#compiler/compile.ts';
import type { Profile } from '#model/policy.ts';

const cluster =
  'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: m1}\nspec: {syncMode: Push}\n';

/** Returns the rendered files of m1 and the codes of all diagnostics. */
function compiled(templates: string, policies = '', settings = '{}', profile: Profile = 'regatta') {
  const files = new Map([
    ['clusters/m1.yaml', cluster],
    ['templates/t.yaml', templates],
    ['policies/p.yaml', policies],
    ['regatta.yaml', `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: ${settings}\n`],
  ]);
  const { desired, diagnostics } = compile(files, new Map(), { profile });
  return {
    rendered: [...outputOf(desired).keys()].filter((path) => path.startsWith('rendered/')),
    codes: diagnostics.map(({ code }) => code),
  };
}

describe('Namespaces', () => {
  const namespace = (meta: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {${meta}}\n`;
  const everywhere = ['rendered/m1/_cluster/namespace_shop.yaml'];

  it('propagates a Namespace to every cluster, even one that policies cannot select', () => {
    const claimed = 'name: shop, labels: {resourcetemplate.karmada.io/claimed-by: other}';
    assert.deepEqual(compiled(namespace(claimed)), { rendered: everywhere, codes: [] });
    const settings = '{skippedPropagatingAPIs: [v1/Namespace]}';
    assert.deepEqual(compiled(namespace('name: shop'), '', settings), {
      rendered: everywhere,
      codes: [],
    });
  });

  it('does not propagate a Namespace whose label opts out, in any letter case', () => {
    const skipped = 'name: shop, labels: {namespace.karmada.io/skip-auto-propagation: "TRUE"}';
    assert.deepEqual(compiled(namespace(skipped)), {
      rendered: [],
      codes: ['select/never-propagated'],
    });
  });

  it('does not propagate a Namespace that skippedPropagatingNamespaces matches', () => {
    const settings = '{skippedPropagatingNamespaces: [sh.*]}';
    assert.deepEqual(compiled(namespace('name: shop'), '', settings).rendered, []);
    const either = '{skippedPropagatingNamespaces: [sh|no]}';
    assert.deepEqual(compiled(namespace('name: shop'), '', either).rendered, everywhere);
    assert.deepEqual(compiled(namespace('name: shop'), '', either, 'karmada').rendered, []);
  });
});

describe('an object in a namespace that a setting excludes', () => {
  const binding = (namespace: string) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: reader, namespace: ${namespace}}\n` +
    'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\n';
  const hintsOf = (namespace: string) => {
    const files = new Map([['templates/a.yaml', binding(namespace)]]);
    return compile(files, new Map(), { profile: 'regatta' }).diagnostics.map(({ code, hint }) => [
      code,
      hint,
    ]);
  };

  it('street P15: has a hint that names the setting', () => {
    assert.deepEqual(hintsOf('kube-system'), [
      [
        'select/never-propagated',
        'to place it, set spec.skippedPropagatingNamespaces in regatta.yaml (now [kube-.*]) to patterns that do not match kube-system',
      ],
    ]);
  });

  it('street P15: has no such hint if no setting can place it', () => {
    assert.deepEqual(hintsOf('karmada-system'), [['select/never-propagated', undefined]]);
  });
});

describe('the policy of an object', () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n';
  const policy = (name: string, selector: string, more = '') =>
    `apiVersion: policy.karmada.io/v1alpha1\nkind: PropagationPolicy\nmetadata: {name: ${name}, namespace: shop}\n` +
    `spec: {resourceSelectors: [{apiVersion: v1, kind: ConfigMap${selector}}]${more}}\n`;

  it('ranks policies that select by name and by kind together', () => {
    const none = ', placement: {clusterAffinity: {exclude: [m1]}}';
    const byName = policy('b', ', name: a');
    const byKind = policy('a', '', none);
    const { rendered, codes } = compiled(map, `${byName}---\n${byKind}`);
    assert.deepEqual(rendered, ['rendered/m1/shop/configmap_a.yaml']);
    assert.deepEqual(codes, ['select/shadowed']);
    const larger = policy('a', '', `${none}, priority: 1`);
    assert.deepEqual(compiled(map, `${byName}---\n${larger}`).codes.toSorted(), [
      'place/no-cluster-fits',
      'select/shadowed',
    ]);
  });
});

describe('feature gates', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n' +
    'spec: {containers: [{name: main, image: nginx, envFrom: [{configMapRef: {name: c}}]}]}\n' +
    '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n';
  const policy =
    'apiVersion: policy.karmada.io/v1alpha1\nkind: PropagationPolicy\nmetadata: {name: p, namespace: shop}\n' +
    'spec: {propagateDeps: true, resourceSelectors: [{apiVersion: v1, kind: Pod}]}\n';

  it('propagates no dependencies when the feature gate PropagateDeps is off', () => {
    const files = ['rendered/m1/shop/pod_a.yaml', 'rendered/m1/shop/configmap_c.yaml'];
    assert.deepEqual(compiled(pod, policy).rendered, files);
    const settings = '{featureGates: {PropagateDeps: false}}';
    assert.deepEqual(compiled(pod, policy, settings).rendered, files.slice(0, 1));
  });

  it('reports a feature gate that Karmada does not have', () => {
    const { codes } = compiled(pod, policy, '{featureGates: {PropagateDep: false}}');
    assert.deepEqual(codes, ['parse/unknown-field']);
  });
});
