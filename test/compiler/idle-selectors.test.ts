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
  const text = policy(kind, selected, kind === 'OverridePolicy' ? rules : placement);
  const files = new Map([
    ['templates/t.yaml', map],
    ['policies/p.yaml', text],
  ]);
  const { diagnostics } = compile(files, new Map());
  return diagnostics
    .filter(({ code }) => code === 'select/selects-nothing')
    .flatMap(({ message, hint = '' }) => [message, hint]);
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

  it('street K3: a selector that selects its object causes no warning', () => {
    assert.deepEqual(warningOf('OverridePolicy', 'settings', 'settings'), []);
  });
});
