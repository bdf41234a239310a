/** Decrypts what age has encrypted, as SOPS has it do with the keys of its files. */
import type { Decrypter } from 'age-encryption';

/** Opens with the identities of key files. The library is loaded only where there are any. */
export interface AgeIdentities {
  /** No identity at all. */
  readonly isEmpty: boolean;
  /** The content of an armored age file; undefined when none of the identities opens it. */
  decrypt(armored: string): Promise<Uint8Array | undefined>;
}

/** A text of secret keys, one a line, with comments; `name` is where it is from. */
export interface KeyText {
  readonly name: string;
  readonly text: string;
}

/** @throws Error that names the line, and never what is on it */
export async function readIdentities(texts: readonly KeyText[]): Promise<AgeIdentities> {
  const keys = texts.flatMap(keysIn);
  if (keys.length === 0) return { isEmpty: true, decrypt: async () => undefined };
  const { Decrypter, armor } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const key of keys) addKey(decrypter, key);
  return {
    isEmpty: false,
    decrypt: async (armored) => {
      try {
        return await decrypter.decrypt(armor.decode(armored));
      } catch {
        // A header that is no longer as it was, and one for others: they are not told apart.
        return undefined;
      }
    },
  };
}

interface Key {
  /** `keys.txt: line 2` */
  readonly place: string;
  readonly secret: string;
}

function keysIn({ name, text }: KeyText): readonly Key[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const secret = line.trim();
    const place = `${name}: line ${index + 1}`;
    return secret === '' || secret.startsWith('#') ? [] : [{ place, secret }];
  });
}

function addKey(decrypter: Decrypter, { place, secret }: Key): void {
  try {
    decrypter.addIdentity(secret);
  } catch {
    throw new Error(`${place} is no age secret key`);
  }
}
