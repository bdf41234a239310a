/** Decrypts the data keys that SOPS encrypted with age. */

import type { Decrypter } from 'age-encryption';

/** Decrypts with the identities of key files. Without a key, `readIdentities` does not load the age library. */
export interface AgeIdentities {
  /** Whether the key files contain no key. */
  readonly isEmpty: boolean;
  /** Returns the content of an armored age file, or undefined when no identity decrypts the file. */
  decrypt(armored: string): Promise<Uint8Array | undefined>;
}

/** The text of a key file: one secret key per line, and comments. `name` identifies the file in messages. */
export interface KeyText {
  readonly name: string;
  readonly text: string;
}

/**
 * Parses the secret keys in key files.
 *
 * @throws Error when a line is not an age secret key; the message names the line without its content
 */
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
        // The file is damaged, or was encrypted for other keys; age does not distinguish the two.
        return undefined;
      }
    },
  };
}

interface Key {
  /** File and line for messages, such as `keys.txt: line 2`. */
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
    throw new Error(`${place} is not an age secret key`);
  }
}
