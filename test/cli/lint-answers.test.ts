import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderFleet } from '#compiler/compile.ts';
import { startValidation } from '#compiler/validate/validate.ts';
import { knownSchemas } from '#io/schemas.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import type { CheckAnswer, CheckAnswers } from '#model/object-check.ts';

const sources = new Map([
  [
    'clusters/c.yaml',
    ['one', 'two']
      .map(
        (name) =>
          `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: { name: ${name} }\n`,
      )
      .join('---\n'),
  ],
  [
    'templates/t.yaml',
    ['a', 'b']
      .map(
        (name) => `apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  hostNetwork: true
  containers: [{ name: web, image: web:1 }]
`,
      )
      .join('---\n'),
  ],
  [
    'policies/p.yaml',
    `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: { name: all }
spec: { resourceSelectors: [{ apiVersion: v1, kind: Pod }] }
`,
  ],
]);

/** Returns the diagnostics when every object gets this answer. */
function report(answer: Partial<CheckAnswer> | Exclude<CheckAnswers, { type: 'answered' }>) {
  const { rendition } = renderFleet(sources, new Map(), { profile: 'regatta' });
  const inputs = { known: knownSchemas(), existing: new Map(), scope: 'everything' as const };
  const { requests, finish } = startValidation(rendition(), inputs);
  if ('type' in answer) return finish(answer).map((one) => formatDiagnostic(one));
  const whole = { errors: [], warnings: [], notChecked: [], ...answer };
  const ids = requests.flatMap(({ checks }) => checks.map(({ id }) => id));
  const answers = new Map(ids.map((id) => [id, whole]));
  return finish({ type: 'answered', answers }).map((one) => formatDiagnostic(one));
}

const podSecurity =
  'pods "a" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)';

const cure =
  '  hint: change the fields that the message names, or the label pod-security.kubernetes.io/enforce of the Namespace';

describe('an answer of the Kubernetes engine', () => {
  it('EN21: is an error when admission denies the object', () => {
    const errors = [{ field: '', type: '', message: podSecurity }];
    assert.deepEqual(report({ errors, reason: 'Forbidden' }), [
      `templates/t.yaml:1:1: error validate/denied: Pod default/a: ${podSecurity}\n${cure}`,
      `templates/t.yaml:8:1: error validate/denied: Pod default/b: ${podSecurity}\n${cure}`,
    ]);
  });

  it('EN22: is reported at the field that a warning names', () => {
    const warnings = [{ field: 'spec.hostNetwork', message: 'it is dangerous' }];
    assert.deepEqual(
      report({ warnings })[0],
      'templates/t.yaml:5:3: warning validate/api-warning: Pod default/a: spec.hostNetwork: it is dangerous',
    );
  });

  it('EN21: becomes one note about the checks that were skipped', () => {
    assert.deepEqual(report({ notChecked: ['policy p needs a parameter'] }), [
      'templates/t.yaml:1:1: note validate/not-checked: Pod default/a and 1 more: not checked: policy p needs a parameter',
    ]);
  });

  it('is a warning when the engine has failed', () => {
    assert.deepEqual(report({ failed: 'the engine has failed too often' }), [
      'templates/t.yaml:1:1: warning validate/not-checked: Pod default/a and 1 more: not checked: the engine has failed too often',
    ]);
  });

  it('EN23: is a warning when the process has too little memory for the engine', () => {
    assert.deepEqual(report({ type: 'unavailable', reason: 'there is too little memory' }), [
      'templates/t.yaml:1:1: warning validate/not-checked: Pod default/a and 1 more: not checked: there is too little memory',
    ]);
  });
});
