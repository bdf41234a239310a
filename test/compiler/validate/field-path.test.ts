import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveField } from '#compiler/validate/field-path.ts';

const object = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: {
    ports: [{ port: 1 }],
    marks: ['a', 'b'],
    template: {
      spec: {
        containers: [
          { image: 'web:1' },
          { name: 'web', ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] },
        ],
      },
    },
  },
  data: { 'a.b': 'c', 'x]y': 'z', 'nested.key.yaml': '' },
};

const container = '/spec/template/spec/containers/1';
const cases: readonly (readonly [field: string, pointer: string, exists: boolean])[] = [
  ['spec.ports[0].port', '/spec/ports/0/port', true],
  ['.spec.ports[0].port', '/spec/ports/0/port', true],
  ['metadata.labels[app.kubernetes.io/name]', '/metadata/labels/app.kubernetes.io~1name', true],
  ['metadata.labels.app.kubernetes.io/name', '/metadata/labels/app.kubernetes.io~1name', true],
  ['data[a.b]', '/data/a.b', true],
  ['data["x]y"]', '/data/x]y', true],
  ['data.nested.key.yaml', '/data/nested.key.yaml', true],
  ['.spec.template.spec.containers[name="web"]', container, true],
  [
    '.spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].protocol',
    `${container}/ports/0`,
    false,
  ],
  [
    '.spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="UDP"]',
    `${container}/ports/1`,
    true,
  ],
  ['.spec.marks["b"]', '/spec/marks/1', true],
  ['spec.ports[9].port', '/spec/ports', false],
  ['spec.strategy.rollingUpdate', '/spec', false],
  ['status.replicas', '', false],
  ['<nil>', '', false],
  ['', '', true],
];

describe('a field path of an API server', () => {
  for (const [field, pointer, exists] of cases) {
    it(`EN22: maps ${field || 'an empty field path'} to ${pointer || 'the object'}`, () =>
      assert.deepEqual(resolveField(field, object), { pointer, exists }));
  }
});
