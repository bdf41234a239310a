import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const policy = (
  selector: string,
  kind = 'ClusterPropagationPolicy',
) => `apiVersion: policy.karmada.io/v1alpha1
kind: ${kind}
metadata: {name: gates}
spec:
  resourceSelectors: [${selector}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;
const files = {
  'regatta.yaml':
    'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {kinds: [{group: harbour.example.com, kind: Gate, scope: Namespaced}]}\n',
  'templates/gate.yaml':
    'apiVersion: harbour.example.com/v1\nkind: Gate\nmetadata: {name: north, namespace: quay}\n',
};

describe('street P10: hints name what differs', () => {
  it('street P10: the hint of another version of a kind names the version', () => {
    const selector = '{apiVersion: harbour.example.com/v1beta1, kind: Gate}';
    const { output } = compileFiles({ ...files, 'policies/gates.yaml': policy(selector) });
    assert.match(output, /hint: did you mean Gate of harbour\.example\.com\/v1\?\n/);
  });

  it('street P10: the hint of an object in another namespace names the namespace', () => {
    const selector =
      '{apiVersion: harbour.example.com/v1, kind: Gate, name: north, namespace: dock}';
    const { output } = compileFiles({ ...files, 'policies/gates.yaml': policy(selector) });
    assert.match(output, /hint: did you mean north in quay\?\n/);
  });

  it('street P9: an empty value reports its key', () => {
    const text = policy('').replace('resourceSelectors: []', 'resourceSelectors:');
    const { output } = compileFiles({ ...files, 'policies/gates.yaml': text });
    assert.match(output, /^policies\/gates\.yaml:5:3: error parse\/missing-field: /m);
  });
});

it('street C9: the hint for a misspelt kind of a template names the kind of the policy too', () => {
  const { output } = compileFiles(
    { 'templates/a.yaml': 'apiVersion: v1\nkind: ConfgiMap\nmetadata: {name: a, namespace: b}\n' },
    ['v1 ConfigMap'],
  );
  assert.match(
    output,
    /hint: did you mean ConfgiMap\? If ConfigMap is right, correct the kind in the template\n/,
  );
});

it('street C5: the hint for a misspelt kind of Kubernetes that no policy selects names the kind', () => {
  const { output } = compileFiles({
    'templates/a.yaml': 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: a, namespace: b}\n',
  });
  assert.match(
    output,
    /no-policy: Deploymnt b\/a .*\n {2}hint: did you mean the kind Deployment\?\n/,
  );
});

it('street C5: the hint of a selector without a template names the templates of the kind', () => {
  const selector = '{apiVersion: harbour.example.com/v1, kind: Gate, name: everything}';
  const { output } = compileFiles({ ...files, 'policies/gates.yaml': policy(selector) });
  assert.match(output, /hint: add a template that it selects, .*; the templates have Gate north\n/);
});

it('street C5: the hint for replicas in quotes says to remove them', () => {
  const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: b}
spec: {replicas: "3", selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: []}}}
`;
  const { output } = compileFiles({ 'templates/a.yaml': web }, ['apps/v1 Deployment']);
  assert.match(output, /hint: remove the quotes from spec\.replicas\n/);
});

const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const texts: readonly (readonly [what: string, text: string, hint: string])[] = [
  [
    'an alias of another document',
    `${map}data: &d {k: v}\n---\n${map}data: *d\n`,
    'define the anchor',
  ],
  ['an alias within its own value', `${map}data: &d {k: *d}\n`, 'write the value in place'],
  ['an end of a document', `${map}...\n${map}`, 'start the next document with ---'],
  ['a directive', `%YAML 1.1\n---\n${map}`, 'remove the line with the directive'],
  [
    'conflict markers of Git',
    `<<<<<<< HEAD\n${map}=======\n>>>>>>> b\n`,
    'resolve the merge conflict',
  ],
];

it('street C5: the hint for a text that is not YAML fits its fault', () => {
  for (const [what, text, hint] of texts) {
    const { output } = compileFiles({ 'templates/a.yaml': text });
    assert.match(output, /error parse\/invalid-yaml/, what);
    assert.ok(output.includes(`hint: ${hint}`), `${what}: ${output}`);
  }
});

it('street C5: the hint for a plain Secret names a file that SOPS can encrypt', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData: {a: b}\n';
  const { output } = compileFiles(
    {
      'templates/own.yaml': secret.replace('NAME', 'own'),
      'templates/app/kustomization.yaml':
        'resources: [base.yaml]\nsecretGenerator: [{name: made, literals: [a=b]}]\n',
      'templates/app/base.yaml': secret.replace('NAME', 'base'),
      'templates/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
      'templates/web/templates/secret.yaml': secret.replace('NAME', 'web'),
    },
    ['v1 Secret'],
  );
  const hints = output.matchAll(/Secret default\/([a-z]+)\S* is not encrypted.*\n {2}hint: (.*)/g);
  const found = Object.fromEntries(Array.from(hints, ([, name = '', hint = '']) => [name, hint]));
  const encrypt =
    "encrypt it with SOPS: sops encrypt --in-place --encrypted-regex '^(data|stringData)$'";
  assert.equal(found['own'], `${encrypt} templates/own.yaml`);
  assert.equal(found['base'], `${encrypt} templates/app/base.yaml`);
  assert.match(found['made'] ?? '', /^write the Secret in a separate file/);
  assert.match(found['web'] ?? '', /^set the value by which the chart uses an existing Secret/);
});

it('street C5: a file of something else among the templates is one error, and the hint says where to put it', () => {
  for (const [file, text] of [
    ['values.yaml', 'replicas: 1\nimage: {tag: x}\n'],
    ['package.json', '{"name": "web", "metadata": {"labels": {}}}'],
  ] as const) {
    const { status, output } = compileFiles({ [`templates/${file}`]: text });
    assert.equal(status, 1);
    assert.equal(output.match(/: error /g)?.length, 1, output);
    assert.match(output, /error parse\/not-an-object: .*\n {2}hint: .* move the file to a folder/);
  }
});

it('street C5: a kustomization or a chart with a wrong file name is one error that names the right one', () => {
  for (const [file, text, right] of [
    ['kustomize.yaml', 'resources: []\n', 'kustomization.yaml'],
    ['Chart.yml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n', 'Chart.yaml'],
  ] as const) {
    const { output } = compileFiles({ [`templates/app/${file}`]: text });
    assert.equal(output.match(/: error /g)?.length, 1, output);
    assert.ok(output.includes(`hint: rename the file to ${right}\n`), output);
  }
});
