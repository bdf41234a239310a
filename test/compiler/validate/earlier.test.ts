import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderFleet } from '#compiler/compile.ts';
import { startValidation } from '#compiler/validate/validate.ts';
import { knownSchemas } from '#io/schemas.ts';

const files = new Map([
  [
    'clusters/c.yaml',
    'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: { name: one }\n',
  ],
  ['templates/t.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'],
  [
    'policies/p.yaml',
    'apiVersion: policy.karmada.io/v1alpha1\nkind: ClusterPropagationPolicy\nmetadata: { name: all }\nspec: { resourceSelectors: [{ apiVersion: v1, kind: ConfigMap }] }\n',
  ],
]);

/** Returns the number of updates to check when the rendered file of the object holds a text. */
function updatesOver(text: string): number {
  const { rendition } = renderFleet(files, new Map(), { profile: 'regatta' });
  const existing = new Map([['rendered/one/default/configmap_a.yaml', text]]);
  const inputs = { known: knownSchemas(), existing, scope: 'everything' as const };
  const { requests } = startValidation(rendition(), inputs);
  return requests.flatMap(({ checks }) => checks).filter(({ old }) => old !== undefined).length;
}

describe('EN20: the earlier object of an update', () => {
  it('EN20: is the object in the rendered file', () => {
    const earlier =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }\ndata: { b: c }\n';
    assert.equal(updatesOver(earlier), 1);
  });

  for (const text of ['hello\n', '- a\n', 'a: b\n', 'kind: ConfigMap\n', '<<<<<<< HEAD\n', '']) {
    it(`EN20: is absent if the rendered file holds ${JSON.stringify(text)}`, () => {
      assert.equal(updatesOver(text), 0);
    });
  }
});
