/**
 * Decrypts objects that SOPS has encrypted with age, in memory. This file is ours because SOPS' own
 * implementation is a Go program, and the age part is already a library.
 *
 * Source: getsops/sops v3.10, aes/cipher.go, sops.go and stores/stores.go.
 */
import { createDecipheriv } from 'node:crypto';
import { isFieldMap, type KubeObject } from '#model/object.ts';
import type { Redactor } from '#model/redaction.ts';
import { isOpenedKind, isSealedText, lacksSealedFor, notOpenedKind } from '#model/sealing.ts';
import type { SealingRules } from '#model/sync-settings.ts';
import type { SecretsPort, Unsealed } from '#syncer/ports/source.ts';
import type { AgeIdentities } from './age.ts';
import { sealedNameOf, shownName, splitSealedFor } from './sealed-for.ts';

/** Returns a port that decrypts with the given age identities. The redactor hides every opened value from then on. */
export function openSecrets(identities: AgeIdentities, redactor: Redactor): SecretsPort {
  return { unseal: (object, rules) => unseal(object, rules, { identities, redactor }) };
}

/** Why an object cannot be decrypted. The message completes "Secret shop/db …", and contains no secret. */
class SealFault extends Error {
  override name = 'SealFault';
}

/** The error for an object for which no age key is configured. */
class KeyFault extends SealFault {}

interface Opening {
  readonly identities: AgeIdentities;
  readonly redactor: Redactor;
}

/**
 * Decrypts an object's values. The file's MAC over all values is not verified, because a compile adds
 * fields to the object. Each value is authenticated by itself, together with its path, and the annotation
 * `regatta.dev/sealed-for` names the object.
 */
async function unseal(
  given: KubeObject,
  rules: SealingRules,
  { identities, redactor }: Opening,
): Promise<Unsealed> {
  const { sops, ...sealed } = given as KubeObject & { readonly sops?: unknown };
  try {
    expectSealableKind(given, rules);
    const key = await dataKeyOf(sops, identities, given.metadata.namespace);
    const { annotation, object, path } = splitSealedFor(sealed);
    const isSealedFor = annotation !== undefined && isSealedText(annotation);
    if (isSealedFor) expectOwnSeal(given, openValue(annotation, path, key));
    else if (rules.sealedFor === 'Require') throw new SealFault(lacksSealedFor);
    const open = (text: string, path: readonly string[]) => {
      const value = openValue(text, path, key);
      hideOpened(value, redactor);
      return value;
    };
    const opened = openValues(isSealedFor ? object : sealed, [], open) as KubeObject;
    return { type: 'unsealed', object: opened, ...(!isSealedFor && { warning: lacksSealedFor }) };
  } catch (error) {
    if (!(error instanceof SealFault)) throw error;
    const lacksKey = error instanceof KeyFault;
    return { type: 'sealed', reason: error.message, ...(lacksKey && { lacksKey }) };
  }
}

function expectSealableKind(object: KubeObject, rules: SealingRules): void {
  if (!isOpenedKind(object, rules)) throw new SealFault(notOpenedKind);
}

function expectOwnSeal(object: KubeObject, name: unknown): void {
  if (name === sealedNameOf(object)) return;
  throw new SealFault(`is sealed for ${shownName(String(name))}`);
}

interface AgeRecipient {
  readonly recipient: string;
  readonly enc: string;
}

async function dataKeyOf(
  sops: unknown,
  identities: AgeIdentities,
  namespace: string | undefined,
): Promise<Uint8Array> {
  const recipients = recipientsOf(sops);
  const groups = isFieldMap(sops) && Array.isArray(sops.key_groups) ? sops.key_groups.length : 0;
  if (groups > 1) {
    throw new SealFault(`is encrypted for ${groups} key groups, and Regatta supports one`);
  }
  if (recipients.length === 0) throw new SealFault('is not encrypted for an age key');
  if (!identities.hasKeyFor(namespace)) {
    throw new KeyFault('is encrypted by SOPS, and no age key is configured');
  }
  for (const { enc } of recipients) {
    const key = await identities.decrypt(enc, namespace);
    if (key?.length === 32) return key;
  }
  const names = recipients.map(({ recipient }) => shortened(recipient)).join(', ');
  throw new KeyFault(`is encrypted for ${names}, and no configured age key matches`);
}

/** Shortens a recipient for messages; post-quantum recipients have two thousand characters. */
function shortened(recipient: string): string {
  return recipient.length > 80 ? `${recipient.slice(0, 24)}…` : recipient;
}

function recipientsOf(sops: unknown): readonly AgeRecipient[] {
  if (!isFieldMap(sops) || !Array.isArray(sops.age)) return [];
  return sops.age.filter(
    (entry): entry is AgeRecipient =>
      isFieldMap(entry) && typeof entry.recipient === 'string' && typeof entry.enc === 'string',
  );
}

type OpenValue = (text: string, path: readonly string[]) => unknown;

function openValues(value: unknown, path: readonly string[], open: OpenValue): unknown {
  if (typeof value === 'string') return isSealedText(value) ? open(value, path) : value;
  // In SOPS, the items of a list have the path of the list.
  if (Array.isArray(value)) return value.map((item) => openValues(item, path, open));
  if (!isFieldMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      openValues(member, [...path, name], open),
    ]),
  );
}

const sealedPattern =
  /^ENC\[AES256_GCM,data:([\w+/=]*),iv:([\w+/=]+),tag:([\w+/=]+),type:(str|int|float|bool|bytes)\]$/;

function openValue(text: string, path: readonly string[], key: Uint8Array): unknown {
  const [, data = '', iv = '', tag = '', type = ''] = sealedPattern.exec(text) ?? [];
  const place = path.join('.');
  // SOPS joins the path with colons, so that the field `a:b` and the field `b` of `a` have the same one.
  if (path.some((name) => name.includes(':'))) {
    throw new SealFault(`has an encrypted field with a colon in its name at ${place}`);
  }
  if (type === '') throw new SealFault(`has an invalid SOPS value at ${place}`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytesOf(iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(`${path.join(':')}:`)).setAuthTag(bytesOf(tag));
    const open = Buffer.concat([decipher.update(bytesOf(data)), decipher.final()]).toString();
    return typed(open, type);
  } catch {
    throw new SealFault(`has a value at ${place} that was changed or moved after encryption`);
  }
}

/** Hides an opened value in every text, and the text that its base64 stands for, as in `data` of a Secret. */
function hideOpened(value: unknown, redactor: Redactor): void {
  const text = String(value);
  redactor.remember(text);
  const decoded = bytesOf(text).toString();
  if (bytesOf(text).toString('base64') === text) redactor.remember(decoded);
}

function typed(text: string, type: string): unknown {
  if (type === 'int' || type === 'float') return Number(text);
  return type === 'bool' ? text.toLowerCase() === 'true' : text;
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
