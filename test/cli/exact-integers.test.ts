import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const gauges = ['harbour.example.com/v1 Gauge', 'apiextensions.k8s.io/v1 CustomResourceDefinition'];

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gauges.harbour.example.com}
spec:
  group: harbour.example.com
  names: {kind: Gauge, plural: gauges, singular: gauge, listKind: GaugeList}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            x-kubernetes-preserve-unknown-fields: true
            properties:
              level: {type: integer, format: int64, maximum: 9223372036854775000}
`;

const gauge = (name: string, level: string) =>
  `apiVersion: harbour.example.com/v1\nkind: Gauge\nmetadata: {name: ${name}}\nspec: {level: ${level}}\n`;

const overrides = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterOverridePolicy
metadata: {name: more}
spec:
  resourceSelectors: [{apiVersion: harbour.example.com/v1, kind: Gauge, name: b}]
  overrideRules:
  - overriders:
      plaintext:
      - {path: /spec/level, operator: replace, value: 9223372036854775807}
      - {path: /spec/other, operator: add, value: [-9223372036854775808, 18446744073709551615]}
`;

describe('integers of 64 bits', () => {
  it('street Y3: keep all of their digits in schemas, custom resources and overrides', () => {
    const { status, output, rendered } = compileFiles(
      {
        'templates/definition.yaml': definition,
        'templates/a.yaml': gauge('a', '9007199254740993'),
        'templates/b.json': JSON.stringify({
          apiVersion: 'harbour.example.com/v1',
          kind: 'Gauge',
          metadata: { name: 'b' },
          spec: { level: 1, kept: 'KEPT' },
        }).replace('"KEPT"', '9223372036854774783'),
        'policies/overrides.yaml': overrides,
      },
      gauges,
    );
    assert.equal(status, 0, output);
    const text = (end: string) =>
      [...rendered].find(([path]) => path.endsWith(end))?.[1] ?? [...rendered.keys()].join();
    assert.match(
      text('definition.apiextensions.k8s.io_gauges.harbour.example.com.yaml'),
      /maximum: 9223372036854775000\n/,
    );
    assert.match(text('_a.yaml'), /level: 9007199254740993\n/);
    assert.match(text('_b.yaml'), /kept: 9223372036854774783\n {2}level: 9223372036854775807\n/);
    assert.match(text('_b.yaml'), /- -9223372036854775808\n {2}- 18446744073709551615\n/);
  });

  it('street Y3: a number without a JSON form is one error at its position', () => {
    const { status, output } = compileFiles({ 'templates/a.yaml': gauge('a', '.inf') }, gauges);
    assert.equal(status, 1);
    assert.match(output, /^templates\/a.yaml:4:15: error parse\/number-out-of-range/m);
    assert.equal(output.split('number-out-of-range').length, 2, output);
  });

  it('street Y3: keep all of their digits in charts and their values', () => {
    const { status, output, rendered } = compileFiles(
      {
        'templates/tide/Chart.yaml': 'apiVersion: v2\nname: tide\nversion: 0.1.0\n',
        'templates/tide/templates/gauge.yaml': gauge(
          'a, namespace: default',
          '9223372036854775000',
        ),
      },
      gauges,
    );
    assert.equal(status, 0, output);
    assert.match([...rendered.values()].join(), /level: 9223372036854775000\n/);
  });
});
