/** Tests with files that sops 3.10.2 has encrypted for age; test/go/sops.test.ts runs a current sops. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { armor, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { load } from 'js-yaml';
import { readIdentities } from '#io/sops/age.ts';
import { loadSecrets } from '#io/sops/secrets.ts';
import type { KubeObject } from '#model/object.ts';
import type { SealingRules } from '#model/sync-settings.ts';
import type { Unsealed } from '#syncer/ports/source.ts';

const fixtures = join(import.meta.dirname, 'fixtures/sops');
const keyFile = join(fixtures, 'key.txt');
const rules: SealingRules = { sealedKinds: ['Widget'], sealedFor: 'Warn' };

function objectIn(name: string): KubeObject {
  return load(readFileSync(join(fixtures, name), 'utf8')) as KubeObject;
}

async function unseal(object: KubeObject, file: string = keyFile): Promise<Unsealed> {
  return (await loadSecrets({ files: [{ path: file }], env: {} })).unseal(object, rules);
}

function changed(change: (text: string) => string): KubeObject {
  return load(change(readFileSync(join(fixtures, 'secret.yaml'), 'utf8'))) as KubeObject;
}

describe('an object that SOPS has encrypted', () => {
  it('is decrypted with one of its keys', async () => {
    const { warning, ...result } = (await unseal(objectIn('secret.yaml'))) as { warning?: string };
    assert.deepEqual(result, { type: 'unsealed', object: objectIn('plain.yaml') });
    assert.match(warning ?? '', /^lacks the annotation regatta\.dev\/sealed-for/);
  });

  it('keeps the types of its values, also in lists', async () => {
    const result = await unseal(objectIn('widget.yaml'));
    assert.deepEqual(result.type === 'unsealed' && result.object.spec, {
      list: ['a', { b: 1, c: 1.5, d: true }],
      text: 'x',
    });
  });

  it('can get labels and annotations after encryption', async () => {
    const given = changed((text) =>
      text.replace('    name: db', '    name: db\n    labels: {a: b}'),
    );
    const result = await unseal(given);
    assert.deepEqual(result.type === 'unsealed' && result.object.metadata.labels, { a: 'b' });
  });

  const recipients = /age1h0sfl623\w+, age1zy06h8x\w+/.source;
  const refused: Readonly<
    Record<string, readonly [given: () => Promise<Unsealed>, reason: RegExp]>
  > = {
    'with another key': [
      () => unseal(objectIn('secret.yaml'), join(fixtures, 'stranger.txt')),
      new RegExp(`^is encrypted for ${recipients}, and no configured age key matches$`),
    ],
    'without a key': [
      async () =>
        (await loadSecrets({ env: { XDG_CONFIG_HOME: '/none' } })).unseal(
          objectIn('secret.yaml'),
          rules,
        ),
      /^is encrypted by SOPS, and no age key is configured$/,
    ],
    'when it is not encrypted for an age key': [
      () => unseal(changed((text) => text.replace('    age:', '    kms:'))),
      /^is not encrypted for an age key$/,
    ],
    'when keys of several groups are needed': [
      () => {
        const { sops, ...rest } = objectIn('secret.yaml') as KubeObject & { sops: object };
        const split = { ...rest, sops: { ...sops, key_groups: [{}, {}] } };
        return unseal(split as unknown as KubeObject);
      },
      /^is encrypted for 2 key groups, and Regatta supports one$/,
    ],
    'when a value was moved': [
      () => unseal(changed((text) => text.replace('    password:', '    word:'))),
      /^has a value at stringData\.word that was changed or moved after encryption$/,
    ],
    'when a value was changed': [
      () => unseal(changed((text) => text.replace('data:iJM0sg==', 'data:AAAAAA=='))),
      /^has a value at stringData\.port that was changed or moved after encryption$/,
    ],
    'when an encrypted value is incomplete': [
      () => unseal(changed((text) => text.replace(/,type:str\]/, ']'))),
      /^has an invalid SOPS value at stringData\.password$/,
    ],
    'when the header of its key was changed': [
      () =>
        unseal(
          changed((text) =>
            text.replaceAll('YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+', 'YWdlLWVuY3J5cHRpb24ub3JnL3YyCi0+'),
          ),
        ),
      /and no configured age key matches$/,
    ],
  };
  for (const [title, [given, reason]] of Object.entries(refused)) {
    it(`is rejected ${title}`, async () => {
      const result = await given();
      assert.match(result.type === 'sealed' ? result.reason : 'unsealed', reason);
    });
  }
});

describe('age keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-age-'));
  after(() => rmSync(folder, { recursive: true }));
  const key = readFileSync(keyFile, 'utf8');
  const [, secret = ''] = /(AGE-SECRET-KEY-\S+)/.exec(key) ?? [];

  const opens = async (env: Readonly<Record<string, string>>) => {
    const secrets = await loadSecrets({ env: { XDG_CONFIG_HOME: folder, ...env } });
    return (await secrets.unseal(objectIn('secret.yaml'), rules)).type;
  };

  it('are read from the places where SOPS looks for them', async () => {
    assert.equal(await opens({}), 'sealed');
    assert.equal(await opens({ SOPS_AGE_KEY: secret }), 'unsealed');
    assert.equal(await opens({ SOPS_AGE_KEY_FILE: keyFile }), 'unsealed');
  });

  it('are rejected without being shown', async () => {
    const file = join(folder, 'bad.txt');
    writeFileSync(file, `# mine\n${secret.slice(0, -1)}Q\n`);
    await assert.rejects(
      loadSecrets({ files: [{ path: file }], env: {} }),
      (error: Error) => error.message === `${file}: line 2 is not an age secret key`,
    );
    await assert.rejects(
      loadSecrets({ files: [{ path: join(folder, 'none.txt') }], env: {} }),
      /^Error: cannot read the age keys: cannot open .*none\.txt: no such file or directory; check the path$/,
    );
  });

  it('can be post-quantum keys', async () => {
    const identity = await generateHybridIdentity();
    const encrypter = new Encrypter();
    encrypter.addRecipient(await identityToRecipient(identity));
    const sealed = armor.encode(await encrypter.encrypt('hunter2'));
    const open = async (text: string) => {
      const identities = await readIdentities([{ name: 'keys', text }]);
      return Buffer.from((await identities.decrypt(sealed, undefined)) ?? 'not opened').toString();
    };
    assert.equal(await open(`${secret}\n${identity}\n`), 'hunter2');
    assert.equal(await open(secret), 'not opened');
  });
});
