import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileFiles } from '#test/compiled-files.ts';

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gates.harbour.example.com}
spec:
  group: harbour.example.com
  scope: Namespaced
  names: {kind: Gate, plural: gates, singular: gate}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          open:
            type: array
            x-kubernetes-preserve-unknown-fields: true
            items: {type: object, properties: {name: {type: string}}}
          closed:
            type: array
            items: {type: object, properties: {name: {type: string}}}
`;

it('street P14: x-kubernetes-preserve-unknown-fields on a list holds for its items', () => {
  const { output } = compileFiles(
    {
      'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {validation: Strict}\n',
      'templates/definition.yaml': definition,
      'templates/gate.yaml':
        'apiVersion: harbour.example.com/v1\nkind: Gate\nmetadata: {name: g}\nopen: [{extra: 1}]\nclosed: [{other: 1}]\n',
    },
    ['harbour.example.com/v1 Gate', 'apiextensions.k8s.io/v1 CustomResourceDefinition'],
  );
  assert.match(output, /unknown-field: .*closed\[0\]\.other/);
  assert.doesNotMatch(output, /extra/);
});
