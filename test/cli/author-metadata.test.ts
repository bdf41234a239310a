/** Tests that metadata which authors wrote or asked for reaches the clusters, or that a warning says it does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const kustomized = {
  'templates/app/kustomization.yaml':
    'buildMetadata: [originAnnotations, transformerAnnotations]\nresources: [../../base]\nnameSuffix: -s\n',
  'base/kustomization.yaml': 'resources: [map.yaml]\ncommonAnnotations: {team: a}\n',
  'base/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n',
};

/** The annotations that `kubectl kustomize` writes for the same files. */
const annotations = `  annotations:
    alpha.config.kubernetes.io/transformations: |
      - configuredIn: ../../base/kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: AnnotationsTransformer
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: SuffixTransformer
    config.kubernetes.io/origin: |
      path: ../../base/map.yaml
    team: a
`;

describe("street P11: authors' metadata", () => {
  it('street P11: annotations that the author asks kustomize for stay, with the paths of kustomize', () => {
    const { status, output, rendered } = compileFiles(kustomized);
    assert.equal(status, 0, output);
    const text = rendered.get('default/configmap_a-s.yaml') ?? '';
    assert.ok(text.includes(annotations), text);
  });

  it('street P11: no origin is written unless the author asks for it', () => {
    const path = 'templates/app/kustomization.yaml';
    const text = kustomized[path].replace(/^buildMetadata.*\n/, '');
    const { rendered } = compileFiles({ ...kustomized, [path]: text });
    assert.doesNotMatch(rendered.get('default/configmap_a-s.yaml') ?? '', /config\.kubernetes\.io/);
  });

  it('street P11: finalizers are removed with a warning at their position', () => {
    const { status, output, rendered } = compileFiles({
      'templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  finalizers: [example.com/a, kubernetes.io/pvc-protection]\n',
    });
    assert.equal(status, 0, output);
    assert.match(
      output,
      /^templates\/a\.yaml:5:15: warning finalise\/removed-finalizers: ConfigMap default\/a is rendered without its finalizers \(example\.com\/a\), as in Karmada$/m,
    );
    assert.doesNotMatch(rendered.get('default/configmap_a.yaml') ?? '', /finalizers/);
  });
});
