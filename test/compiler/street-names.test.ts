import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile, outputOf } from '#compiler/compile.ts';
import { parseManifest } from '#syncer/desired/manifest.ts';

const cluster =
  'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: m1}\nspec: {}\n';
const everything = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: "*", kind: "*"}]
  placement: {clusterAffinity: {clusterNames: [m1]}}
`;

/** Returns the paths of the rendered files below m1, and the diagnostics as `severity code: message`. */
function compiled(templates: string, spec = '{}', kinds: readonly string[] = []) {
  const policy = kinds.length === 0 ? '' : policyFor(kinds);
  const files = new Map([
    ['clusters/m1.yaml', cluster],
    ['templates/t.yaml', templates],
    ['policies/p.yaml', policy],
    ['regatta.yaml', `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: ${spec}\n`],
  ]);
  const { desired, diagnostics } = compile(files, new Map(), { profile: 'regatta' });
  const rendered = [...outputOf(desired)].filter(([path]) => path.startsWith('rendered/m1/'));
  return {
    rendered: rendered.map(([path]) => path.slice('rendered/m1/'.length)),
    texts: rendered.map(([, { text }]) => text),
    said: diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    hints: diagnostics.map(({ hint }) => hint),
  };
}

function policyFor(kinds: readonly string[]): string {
  const selectors = kinds.map((type) => {
    const slash = type.lastIndexOf('/');
    return `{apiVersion: ${type.slice(0, slash)}, kind: ${type.slice(slash + 1)}}`;
  });
  return everything.replace('[{apiVersion: "*", kind: "*"}]', `[${selectors.join(', ')}]`);
}

const object = (apiVersion: string, kind: string, metadata: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n`;

describe('street N1: names', () => {
  const role = 'rbac.authorization.k8s.io/v1/ClusterRole';

  for (const name of ['system:foo', 'oncall:rota@ops.example', 'a b', 'c+d', 'équipe', 'Team_1']) {
    it(`street N1: accepts ${name} for a ClusterRole, and the syncer reads it back`, () => {
      const { rendered, texts, said } = compiled(
        object('rbac.authorization.k8s.io/v1', 'ClusterRole', `{name: "${name}"}`),
        '{}',
        [role],
      );
      assert.deepEqual(said, []);
      assert.deepEqual(rendered, [
        `_cluster/clusterrole.rbac.authorization.k8s.io_${name.normalize()}.yaml`,
      ]);
      assert.equal(parseManifest(texts[0] ?? '')[0]?.metadata.name, name);
    });
  }

  for (const [apiVersion, kind, name] of [
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'a/b'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', '..'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'a%b'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'a\\nb'],
    ['v1', 'ConfigMap', 'a b'],
    ['v1', 'ConfigMap', 'x'.repeat(254)],
  ] as const) {
    it(`street N1: rejects the name ${name.slice(0, 10)} for a ${kind}, in compile and in the syncer`, () => {
      const text = object(apiVersion, kind, `{name: "${name}"}`);
      const { said } = compiled(text);
      assert.match(
        said.join(),
        new RegExp(`^error parse/invalid-value: ${kind}: metadata.name is not a valid name`),
      );
      assert.throws(() => parseManifest(text), /metadata\.name is invalid/);
    });
  }
});

describe('street N3: the scope of kinds', () => {
  it('street N3: knows the cluster-scoped kinds of widely used controllers', () => {
    const kinds = [
      'cert-manager.io/v1/ClusterIssuer',
      'gateway.networking.k8s.io/v1/GatewayClass',
      'karpenter.sh/v1/NodePool',
      'kyverno.io/v1/ClusterPolicy',
      'constraints.gatekeeper.sh/v1beta1/K8sRequiredLabels',
      'apiextensions.crossplane.io/v1/Composition',
    ];
    const texts = kinds.map((type) => {
      const [, apiVersion = '', kind = ''] = /^(.*)\/(\w+)$/.exec(type) ?? [];
      return object(apiVersion, kind, '{name: x}');
    });
    const { rendered, said } = compiled(texts.join('---\n'), '{}', kinds);
    assert.deepEqual(said, []);
    assert.equal(rendered.filter((path) => path.startsWith('_cluster/')).length, kinds.length);
  });

  it('street N3: places namespaced kinds of these controllers in default, as kubectl does', () => {
    const certificate = object('cert-manager.io/v1', 'Certificate', '{name: x}');
    const { rendered } = compiled(certificate, '{}', ['cert-manager.io/v1/Certificate']);
    assert.deepEqual(rendered, ['default/certificate.cert-manager.io_x.yaml']);
  });

  const till = object('shop.example.com/v1', 'Till', '{name: x}');
  const type = ['shop.example.com/v1/Till'];

  it('street N3: asks for the scope of an unknown kind', () => {
    const { rendered, said, hints } = compiled(till, '{}', type);
    assert.deepEqual(rendered, []);
    assert.deepEqual(said, [
      'error parse/unknown-scope: Till x has no namespace, and it is unknown whether kind Till of shop.example.com is namespaced',
    ]);
    assert.match(hints[0] ?? '', /scope: Cluster\} to spec\.kinds/);
  });

  for (const [scope, path] of [
    ['Cluster', '_cluster/till.shop.example.com_x.yaml'],
    ['Namespaced', 'default/till.shop.example.com_x.yaml'],
  ] as const) {
    it(`street N3: reads spec.kinds with scope ${scope}`, () => {
      const spec = `{kinds: [{group: shop.example.com, kind: Till, scope: ${scope}}]}`;
      assert.deepEqual(compiled(till, spec, type).rendered, [path]);
    });
  }

  it('street N3: takes a written namespace as the sign of a namespaced kind', () => {
    const { rendered, said } = compiled(till.replace('x}', 'x, namespace: shop}'), '{}', type);
    assert.deepEqual(said, []);
    assert.deepEqual(rendered, ['shop/till.shop.example.com_x.yaml']);
  });

  it('street N3: reads the scope that a definition of Crossplane or kro gives', () => {
    const composite = (version: string, scope: string) =>
      `${object(`apiextensions.crossplane.io/${version}`, 'CompositeResourceDefinition', '{name: tills.shop.example.com}')}spec: {group: shop.example.com, names: {kind: Till}${scope}}\n---\n${till}`;
    const inCluster = '_cluster/till.shop.example.com_x.yaml';
    const inDefault = 'default/till.shop.example.com_x.yaml';
    for (const [version, scope, path] of [
      ['v1', '', inCluster],
      ['v2', '', inDefault],
      ['v2', ', scope: Cluster', inCluster],
      ['v2', ', scope: Namespaced', inDefault],
    ] as const) {
      assert.ok(compiled(composite(version, scope), '{}', type).rendered.includes(path), version);
    }
  });
});

describe('street N3: misspelt kinds', () => {
  it('street N3: leaves a misspelt kind of Kubernetes to lint, which knows the right one', () => {
    const { said } = compiled(object('apps/v1', 'Deploymnt', '{name: x}'), '{}', [
      'apps/v1/Deploymnt',
    ]);
    assert.deepEqual(said, []);
  });
});

describe('street N4, N5: namespaces and kinds', () => {
  it('street N4: leaves out the namespace of a cluster-scoped object, with a warning', () => {
    const text = object('cert-manager.io/v1', 'ClusterIssuer', '{name: x, namespace: shop}');
    const { rendered, texts, said } = compiled(text, '{}', ['cert-manager.io/v1/ClusterIssuer']);
    assert.deepEqual(rendered, ['_cluster/clusterissuer.cert-manager.io_x.yaml']);
    assert.doesNotMatch(texts.join(), /namespace/);
    assert.match(said.join(), /^warning parse\/namespace-not-allowed/);
  });

  it('street N5: accepts kinds that begin with a lower-case letter', () => {
    const { rendered, texts } = compiled(
      object('acid.zalan.do/v1', 'postgresql', '{name: x}'),
      '{}',
      ['acid.zalan.do/v1/postgresql'],
    );
    assert.deepEqual(rendered, ['default/postgresql.acid.zalan.do_x.yaml']);
    assert.equal(parseManifest(texts[0] ?? '')[0]?.kind, 'postgresql');
  });

  it('street N5: keeps the same kind of two groups apart', () => {
    const kinds = ['networking.istio.io/v1/Gateway', 'gateway.networking.k8s.io/v1/Gateway'];
    const texts = kinds.map((type) =>
      object(type.replace(/\/Gateway$/, ''), 'Gateway', '{name: x, namespace: shop}'),
    );
    assert.equal(compiled(texts.join('---\n'), '{}', kinds).rendered.length, 2);
  });

  it('street N5, P13: rejects generateName at its position, and objects without a name', () => {
    assert.match(
      compiled(object('batch/v1', 'Job', '{generateName: migrate-}')).said.join(),
      /^error parse\/generated-name: Job has metadata\.generateName/,
    );
    assert.match(
      compiled(object('batch/v1', 'Job', '{labels: {a: b}}')).said.join(),
      /^error parse\/missing-field: Job lacks metadata\.name/,
    );
  });
});
