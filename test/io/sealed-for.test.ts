import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadSecrets } from '#io/sops/secrets.ts';
import type { KubeObject } from '#model/object.ts';
import type { SealingRules } from '#model/sync-settings.ts';
import { keyFile, seal } from '#test/seal.ts';

const strangersKeyFile = join(import.meta.dirname, 'fixtures/sops/stranger.txt');
const annotation = 'regatta.dev/sealed-for';

const secret = (sealedFor?: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'own',
    namespace: 'team-a',
    ...(sealedFor !== undefined && { annotations: { [annotation]: sealedFor, color: 'red' } }),
  },
  stringData: { token: 'tulip-7431' },
});

const gauge = (sealedFor: string, namespace?: string) => ({
  apiVersion: 'example.com/v1',
  kind: 'Gauge',
  metadata: {
    name: 'own',
    ...(namespace && { namespace }),
    annotations: { [annotation]: sealedFor },
  },
  spec: { data: { token: 'tulip-7431' } },
});

interface Opening {
  readonly rules?: Partial<SealingRules>;
  readonly files?: Parameters<typeof loadSecrets>[0]['files'];
}

async function open(object: KubeObject, { rules, files = [{ path: keyFile }] }: Opening = {}) {
  const secrets = await loadSecrets({ files, env: {} });
  return secrets.unseal(object, { sealedKinds: [], sealedFor: 'Require', ...rules });
}

async function reason(object: KubeObject, how?: Opening): Promise<string> {
  const result = await open(object, how);
  return result.type === 'sealed' ? result.reason : result.type;
}

const placed = (object: KubeObject, metadata: object) =>
  ({ ...object, metadata: { ...object.metadata, ...metadata } }) as KubeObject;

describe('a sealed value', () => {
  it('K14: opens in the object that its annotation names, which the cluster does not get', async () => {
    const result = await open(await seal(secret('team-a/own')));
    assert.deepEqual(result, {
      type: 'unsealed',
      object: {
        ...secret(),
        metadata: { name: 'own', namespace: 'team-a', annotations: { color: 'red' } },
      },
    });
  });

  it('K14: does not open in an object with another name or namespace', async () => {
    const sealed = await seal(secret('team-a/own'));
    const stays = 'is sealed for team-a/own';
    assert.equal(await reason(placed(sealed, { namespace: 'team-b', name: 'borrowed' })), stays);
    assert.equal(await reason(placed(sealed, { name: 'borrowed' })), stays);
    assert.equal(await reason(placed(sealed, { namespace: 'team-b' })), stays);
  });

  it('K14: does not open in an object of another kind', async () => {
    const sealed = await seal(secret('team-a/own'));
    const map = { ...sealed, kind: 'ConfigMap', data: sealed.stringData };
    assert.match(
      await reason(map),
      /^is encrypted by SOPS, but is not a Secret; spec\.sync\.sealedKinds/,
    );
    const rules = { sealedKinds: ['ConfigMap'] };
    assert.equal(await reason(map, { rules }), 'is sealed for team-a/own');
    const foreign = { ...sealed, apiVersion: 'example.com/v1' };
    assert.match(await reason(foreign), /is not a Secret/);
  });

  it('K14: opens in kinds that sealedKinds lists, which the annotation names', async () => {
    for (const sealedKinds of [['Gauge'], ['example.com/Gauge']]) {
      const rules = { sealedKinds };
      const own = await seal(gauge('Gauge.example.com/team-a/own', 'team-a'));
      assert.equal(await reason(own, { rules }), 'unsealed');
      const wide = await seal(gauge('Gauge.example.com/own'));
      assert.equal(await reason(wide, { rules }), 'unsealed');
      const bare = await seal(gauge('team-a/own', 'team-a'));
      assert.equal(await reason(bare, { rules }), 'is sealed for team-a/own');
    }
    const rules = { sealedKinds: ['other.example.com/Gauge'] };
    assert.match(
      await reason(await seal(gauge('Gauge.example.com/own')), { rules }),
      /not a Secret/,
    );
  });

  it('K14: needs the annotation, encrypted under the same data key', async () => {
    const lacks = /^lacks the annotation regatta\.dev\/sealed-for, encrypted by SOPS/;
    const missing = await seal(secret());
    assert.match(await reason(missing), lacks);
    const plain = placed(missing, { annotations: { [annotation]: 'team-a/own' } });
    assert.match(await reason(plain), lacks);
    const others = (await seal(secret('team-a/own'))).metadata.annotations;
    const foreign = placed(missing, { annotations: others });
    assert.match(await reason(foreign), /^has a value at metadata.* that was changed or moved/);
    const warned = await open(missing, { rules: { sealedFor: 'Warn' } });
    assert.match((warned.type === 'unsealed' && warned.warning) || '', lacks);
    assert.match(await reason(foreign, { rules: { sealedFor: 'Warn' } }), /changed or moved/);
    const borrowed = placed(await seal(secret('team-a/own')), { name: 'borrowed' });
    assert.equal(
      await reason(borrowed, { rules: { sealedFor: 'Warn' } }),
      'is sealed for team-a/own',
    );
  });

  it('K14: opens only with a key for its namespace', async () => {
    const sealed = await seal(secret('team-a/own'));
    const own = { path: keyFile, namespace: 'team-a' };
    const [others, strangers] = [{ ...own, namespace: 'team-b' }, { path: strangersKeyFile }];
    assert.equal(await reason(sealed, { files: [own] }), 'unsealed');
    assert.equal(await reason(sealed, { files: [strangers, others, own] }), 'unsealed');
    assert.match(await reason(sealed, { files: [others] }), /and no age key is configured$/);
    assert.match(
      await reason(sealed, { files: [others, strangers] }),
      /no configured age key matches$/,
    );
    const wide = await seal(gauge('Gauge.example.com/own'));
    assert.match(
      await reason(wide, { files: [own], rules: { sealedKinds: ['Gauge'] } }),
      /no age key/,
    );
  });

  it('K14: has no colon in the names of its fields, which SOPS would take for two fields', async () => {
    const sealed = await seal({ ...secret('team-a/own'), stringData: { a: { b: 'tulip-7431' } } });
    const { a } = sealed.stringData as { readonly a: { readonly b: string } };
    const moved = { ...sealed, stringData: { 'a:b': a.b } };
    assert.match(
      await reason(moved),
      /^has an encrypted field with a colon in its name at stringData\.a:b$/,
    );
  });

  it('K14: names no other object in a message by a text that is not a name', async () => {
    assert.equal(await reason(await seal(secret('tulip 7431'))), 'is sealed for another object');
  });
});
