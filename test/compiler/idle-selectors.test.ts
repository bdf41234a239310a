import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';

const policy = (kind: string, name: string, more: string) => `apiVersion: policy.karmada.io/v1alpha1
kind: ${kind}
metadata: {name: a, namespace: shop}
spec: {resourceSelectors: [{apiVersion: v1, kind: ConfigMap, name: ${name}}], ${more}}
`;
const placement = 'placement: {clusterAffinity: {clusterNames: [m1]}}';
const rules = 'overrideRules: [{overriders: {plaintext: []}}]';

/** Returns the warning of a selector and its hint, for a fleet with one ConfigMap. */
function warningOf(kind: string, selected: string, name: string): readonly string[] {
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\n`;
  return idle(kind, selected, map).flatMap(({ message, hint = '' }) => [message, hint]);
}

/** Returns the hints of a selector, for a fleet with one template. */
function hintsOf(policyKind: string, selected: string, template: string, kind?: string) {
  return idle(policyKind, selected, template, kind).map(({ hint }) => hint);
}

function idle(policyKind: string, selected: string, template: string, kind = 'ConfigMap') {
  const more = policyKind === 'OverridePolicy' ? rules : placement;
  const text = policy(policyKind, selected, more).replace('ConfigMap', kind);
  const files = new Map([
    ['templates/t.yaml', template],
    ['policies/p.yaml', text],
  ]);
  const { diagnostics } = compile(files, new Map());
  return diagnostics.filter(({ code }) => code === 'select/selects-nothing');
}

describe('street Z3, K3: selectors that select nothing', () => {
  for (const kind of ['PropagationPolicy', 'OverridePolicy']) {
    for (const [change, name, hint] of [
      ['a prefix', 'prod-settings', /^did you mean prod-settings\?$/],
      ['a suffix', 'settings-prod', /^did you mean settings-prod\?$/],
      ['a misspelt letter', 'setings', /^did you mean setings\?$/],
      [
        'a hash',
        'settings-g875775hd5',
        /^did you mean settings-g875775hd5\? Kustomize adds the hash/,
      ],
      [
        'a prefix and a hash',
        'prod-settings-g875775hd5',
        /^did you mean prod-settings-g875775hd5\? Kus/,
      ],
    ] as const) {
      it(`street Z3: a ${kind} loses its object by ${change}: the hint names the object`, () => {
        const [message, given = ''] = warningOf(kind, 'settings', name);
        assert.equal(message, `${kind} shop/a selects ConfigMap settings, but no template matches`);
        assert.match(given, hint);
      });
    }
  }

  it('street K3: a policy of a namespace that selects objects outside of it: the hint names the kind of policy to use', () => {
    const outside = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: web}\n';
    assert.deepEqual(hintsOf('PropagationPolicy', 'settings', outside), [
      'use a ClusterPropagationPolicy: a PropagationPolicy selects objects of its own namespace only, and ConfigMap web/settings is in the namespace web',
    ]);
    const global = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: settings}\n';
    assert.deepEqual(hintsOf('OverridePolicy', 'settings', global, 'Namespace'), [
      'use a ClusterOverridePolicy: an OverridePolicy selects objects of its own namespace only, and Namespace settings has no namespace',
    ]);
  });

  it('street K3: a selector that selects its object causes no warning', () => {
    assert.deepEqual(warningOf('OverridePolicy', 'settings', 'settings'), []);
  });
});
