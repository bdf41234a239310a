import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutSecrets } from '#compiler/validate/secret-values.ts';
import type { KubeObject } from '#model/object.ts';

const secret = (rest: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'door' },
  ...rest,
});

describe('a message about a Secret', () => {
  const cases: readonly (readonly [name: string, object: KubeObject, message: string])[] = [
    ['text', secret({ stringData: { key: 'sesame' } }), 'data[key]: Invalid value: "sesame"'],
    ['base64', secret({ data: { key: 'c2VzYW1l' } }), 'data[key]: Invalid value: "c2VzYW1l"'],
    ['decoded', secret({ data: { key: 'c2VzYW1l' } }), 'data[key]: Invalid value: "sesame"'],
  ];
  for (const [name, object, message] of cases) {
    it(`EN22: hides a Secret's value that the message contains as ${name}`, () =>
      assert.equal(withoutSecrets(message, object), 'data[key]: Invalid value: "…"'));
  }

  it('hides a number in stringData of a Secret', () => {
    const object = secret({ stringData: { pin: 4711 } });
    const message = '.stringData.pin: expected string, got &value.valueUnstructured{Value:4711}';
    assert.equal(
      withoutSecrets(message, object),
      '.stringData.pin: expected string, got &value.valueUnstructured{Value:…}',
    );
  });
});
