import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter } from 'age-encryption';
import { isFieldMap, type KubeObject } from '#model/object.ts';

const fixtures = join(import.meta.dirname, 'io/fixtures/sops');

/** A file with the age key for which `seal` encrypts. */
export const keyFile: string = join(fixtures, 'key.txt');

/** How `seal` encrypts. */
interface SealOptions {
  /** Encrypts the values of fields with a matching name, and all values below, as `encrypted_regex` of SOPS. */
  readonly fields?: RegExp;
  /** The age recipient; by default that of `keyFile`. */
  readonly recipient?: string;
}

/** Encrypts an object as SOPS does with `encrypted_regex`, for tests that need no Go. test/go/sops.test.ts runs SOPS. */
export async function seal(
  object: object,
  { fields = /^(data|stringData|regatta\.dev\/sealed-for)$/, recipient }: SealOptions = {},
): Promise<KubeObject> {
  const key = randomBytes(32);
  const to = recipient ?? recipientIn(readFileSync(keyFile, 'utf8'));
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  const enc = armor.encode(await encrypter.encrypt(key));
  const sealed = sealValues(object, [], { key, fields, isSealed: false });
  return { ...(sealed as KubeObject), sops: { age: [{ recipient: to, enc }], version: '3.10.2' } };
}

function recipientIn(text: string): string {
  return /public key: (age1\w+)/.exec(text)?.[1] ?? '';
}

interface Sealing {
  readonly key: Uint8Array;
  readonly fields: RegExp;
  readonly isSealed: boolean;
}

function sealValues(value: unknown, path: readonly string[], how: Sealing): unknown {
  if (Array.isArray(value)) return value.map((item) => sealValues(item, path, how));
  if (isFieldMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const isSealed = how.isSealed || how.fields.test(name);
        return [name, sealValues(inner, [...path, name], { ...how, isSealed })];
      }),
    );
  }
  return how.isSealed && value !== '' ? sealValue(value, path, how.key) : value;
}

function sealValue(value: unknown, path: readonly string[], key: Uint8Array): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(`${path.join(':')}:`));
  const data = Buffer.concat([cipher.update(String(value)), cipher.final()]);
  const types: Readonly<Record<string, string>> = { number: 'int', boolean: 'bool' };
  const parts = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${parts[0]},iv:${parts[1]},tag:${parts[2]},type:${types[typeof value] ?? 'str'}]`;
}
