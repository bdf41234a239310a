import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterNamed } from '#test/one-member.ts';

const template = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4.0
          args: [--verbose, --port=80]
          env: [{name: DB_PASSWORD, value: Kestrel-old}, {name: MODE, value: slow}]
---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData: {user: Kestrel-user}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  app.yaml: |
    address: registry.example
    cache: /var/cache/web
    interval: 30s
    level: info
`;

const policies = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors:
    - {apiVersion: apps/v1, kind: Deployment}
    - {apiVersion: v1, kind: Secret}
    - {apiVersion: v1, kind: ConfigMap}
  placement: {clusterAffinity: {clusterNames: [member1]}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: ClusterOverridePolicy
metadata: {name: first}
spec:
  resourceSelectors: [{apiVersion: apps/v1, kind: Deployment}]
  overrideRules:
    - overriders:
        imageOverrider: [{component: Tag, operator: replace, value: 1.5.0}]
        labelsOverrider: [{operator: remove, value: {tier: ''}}]
        plaintext:
          - {path: /spec/template/spec/containers/0/args/0, operator: remove}
          - {path: /spec/template/spec/containers/0/args/-, operator: add, value: --fast}
          - {path: /spec/template/spec/containers/0/env/0/value, operator: replace, value: Kestrel-new}
          - {path: /spec/template/spec/containers/0/env/1/value, operator: replace, value: fast}
          - {path: /spec/replicas, operator: replace, value: 2}
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: {name: second, namespace: default}
spec:
  resourceSelectors: [{apiVersion: apps/v1, kind: Deployment}]
  overrideRules:
    - overriders:
        imageOverrider: [{component: Tag, operator: replace, value: 1.6.0}]
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: {name: others, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Secret}]
  overrideRules:
    - overriders:
        plaintext: [{path: /stringData/user, operator: replace, value: Kestrel-other}]
---
apiVersion: policy.karmada.io/v1alpha1
kind: OverridePolicy
metadata: {name: text, namespace: default}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}]
  overrideRules:
    - overriders:
        fieldOverrider:
          - {fieldPath: /data/app.yaml, yaml: [{subPath: /level, operator: replace, value: debug}]}
`;

describe('regatta explain shows what overrides do', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-explain-'));
    const files = {
      'clusters/member1.yaml': clusterNamed('member1'),
      'templates/web.yaml': template,
      'policies/all.yaml': policies,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const explain = (...args: readonly string[]) => {
    const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') };
    const run = ['explain', '-C', folder, ...args];
    const { status, stdout, stderr } = runCommand(run, { env });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  it('street C5: explain shows the value of a field before and after each override', () => {
    const lines = explain('deploy/web')
      .split('\n')
      .map((line) => line.trim().replace(/ {2,}/g, ' | '));
    const shown = (field: string) =>
      lines.filter((line) => line.startsWith(`${field} |`)).map((line) => line.split(' | ')[1]);
    const container = 'spec.template.spec.containers[0]';
    assert.deepEqual(shown(`${container}.image`), [
      'registry.example/web:1.4.0 → registry.example/web:1.5.0',
      'registry.example/web:1.5.0 → registry.example/web:1.6.0',
    ]);
    assert.deepEqual(shown('metadata.labels.tier'), ['front → (removed)']);
    assert.deepEqual(shown(`${container}.args[0]`), ['--verbose → (removed)']);
    assert.deepEqual(shown(`${container}.args[1]`), ['(none) → --fast']);
    assert.deepEqual(shown(`${container}.env[1].value`), ['slow → fast']);
    assert.deepEqual(shown('spec.replicas'), ['2, as before']);
  });

  it('street C5: explain shows the part of a long text that an override changes', () => {
    assert.match(explain('cm/settings'), /data\.app\.yaml {2}….{12}info\\n" → ….{12}debug/);
  });

  it('street C5: explain hides values of Secrets, and values whose key looks secret', () => {
    const runs = [['deploy/web'], ['deploy/web', '-o', 'json'], ['secret/login']];
    for (const output of runs.map((run) => explain(...run))) {
      assert.doesNotMatch(output, /Kestrel/);
      assert.match(output, /\(hidden\)/);
    }
  });

  it('street C5: explain prints the values for programs', () => {
    const { objects } = JSON.parse(explain('deploy/web', '-o', 'json'));
    const [first] = objects[0].overrides[0].fields;
    assert.deepEqual(
      [first.before, first.after],
      ['registry.example/web:1.4.0', 'registry.example/web:1.5.0'],
    );
  });
});
