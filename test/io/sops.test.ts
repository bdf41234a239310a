/**
 * Files that sops 3.10.2 has encrypted for age, opened here. With SOPS=/path/to/sops it encrypts another
 * one (go install github.com/getsops/sops/v3/cmd/sops@v3.10.2).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { load } from 'js-yaml';
import { loadSecrets } from '#io/sops/secrets.ts';
import type { KubeObject } from '#model/object.ts';
import type { Unsealed } from '#syncer/ports.ts';

const fixtures = join(import.meta.dirname, 'fixtures/sops');
const keyFile = join(fixtures, 'key.txt');

function objectIn(name: string): KubeObject {
  return load(readFileSync(join(fixtures, name), 'utf8')) as KubeObject;
}

function unseal(object: KubeObject, file: string = keyFile): Unsealed {
  return loadSecrets({ file, env: {} }).unseal(object);
}

function changed(change: (text: string) => string): KubeObject {
  return load(change(readFileSync(join(fixtures, 'secret.yaml'), 'utf8'))) as KubeObject;
}

describe('what SOPS has encrypted', () => {
  it('is opened with one of its keys', () => {
    const want = { type: 'unsealed', object: objectIn('plain.yaml') };
    assert.deepEqual(unseal(objectIn('secret.yaml')), want);
  });

  it('keeps the types of its values, in lists too', () => {
    const result = unseal(objectIn('widget.yaml'));
    assert.deepEqual(result.type === 'unsealed' && result.object.spec, {
      list: ['a', { b: 1, c: 1.5, d: true }],
      text: 'x',
    });
  });

  it('may have got labels and annotations since', () => {
    const given = changed((text) =>
      text.replace('    name: db', '    name: db\n    labels: {a: b}'),
    );
    const result = unseal(given);
    assert.deepEqual(result.type === 'unsealed' && result.object.metadata.labels, { a: 'b' });
  });

  const recipients = /age1h0sfl623\w+, age1zy06h8x\w+/.source;
  const refused: Readonly<Record<string, readonly [given: () => Unsealed, told: RegExp]>> = {
    'with another key': [
      () => unseal(objectIn('secret.yaml'), join(fixtures, 'stranger.txt')),
      new RegExp(`^is encrypted for ${recipients}, which none of the age keys opens$`),
    ],
    'without a key': [
      () => loadSecrets({ env: { XDG_CONFIG_HOME: '/none' } }).unseal(objectIn('secret.yaml')),
      /^is encrypted by SOPS, and there is no age key to open it with$/,
    ],
    'when no age key was ever to open it': [
      () => unseal(changed((text) => text.replace('    age:', '    kms:'))),
      /^is not encrypted for an age key$/,
    ],
    'when a value was moved': [
      () => unseal(changed((text) => text.replace('    password:', '    word:'))),
      /^has at stringData\.word a value that was not encrypted for that place$/,
    ],
    'when a value was changed': [
      () => unseal(changed((text) => text.replace('data:iJM0sg==', 'data:AAAAAA=='))),
      /^has at stringData\.port a value that was not encrypted for that place$/,
    ],
    'when a value is no whole one': [
      () => unseal(changed((text) => text.replace(/,type:str\]/, ']'))),
      /^has at stringData\.password no value as SOPS encrypts them$/,
    ],
    'when the header of its key was changed': [
      () =>
        unseal(
          changed((text) =>
            text.replaceAll('YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+', 'YWdlLWVuY3J5cHRpb24ub3JnL3YyCi0+'),
          ),
        ),
      /which none of the age keys opens$/,
    ],
  };
  for (const [title, [given, told]] of Object.entries(refused)) {
    it(`is refused ${title}`, () => {
      const result = given();
      assert.match(result.type === 'sealed' ? result.reason : 'unsealed', told);
    });
  }
});

const sops = process.env.SOPS;

describe('what sops encrypts now', () => {
  it('is opened', { skip: sops === undefined && 'no SOPS' }, () => {
    const names = ['plain.yaml', 'secret.yaml'];
    const [plain = '', sealed = ''] = names.map((name) =>
      readFileSync(join(fixtures, name), 'utf8'),
    );
    const [recipient = ''] = /age1zy\w+/.exec(sealed) ?? [];
    const args = ['encrypt', '--age', recipient, '--input-type', 'yaml', '--output-type', 'yaml'];
    const expression = ['--encrypted-regex', '^(data|stringData)$', join(fixtures, 'plain.yaml')];
    const { stdout, stderr } = spawnSync(sops ?? '', [...args, ...expression]);
    assert.match(String(stdout), /ENC\[AES256_GCM/, String(stderr));
    const want = { type: 'unsealed', object: load(plain) };
    assert.deepEqual(unseal(load(String(stdout)) as KubeObject), want);
  });
});

describe('age keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-age-'));
  after(() => rmSync(folder, { recursive: true }));
  const key = readFileSync(keyFile, 'utf8');
  const [, secret = ''] = /(AGE-SECRET-KEY-\S+)/.exec(key) ?? [];

  const opens = (env: Readonly<Record<string, string>>) =>
    loadSecrets({ env: { XDG_CONFIG_HOME: folder, ...env } }).unseal(objectIn('secret.yaml')).type;

  it('come from where SOPS looks for them', () => {
    assert.equal(opens({}), 'sealed');
    assert.equal(opens({ SOPS_AGE_KEY: secret }), 'unsealed');
    assert.equal(opens({ SOPS_AGE_KEY_FILE: keyFile }), 'unsealed');
  });

  it('are refused without being shown', () => {
    const file = join(folder, 'bad.txt');
    writeFileSync(file, `# mine\n${secret.slice(0, -1)}Q\n`);
    assert.throws(
      () => loadSecrets({ file, env: {} }),
      (error: Error) => error.message === `${file}: line 2 is no age secret key`,
    );
    assert.throws(
      () => loadSecrets({ file: join(folder, 'none.txt'), env: {} }),
      /^Error: the age keys in .*none\.txt cannot be read: ENOENT$/,
    );
  });
});
