/** Decrypts the data keys that SOPS encrypted with age. */

import type { Decrypter } from 'age-encryption';

/** Decrypts with the identities of key files. Without a key, `readIdentities` does not load the age library. */
export interface AgeIdentities {
  /** Reports whether a key may open objects of a namespace; undefined stands for cluster-scoped objects. */
  hasKeyFor(namespace: string | undefined): boolean;
  /** Returns the content of an armored age file, or undefined when no identity for the namespace decrypts the file. */
  decrypt(armored: string, namespace: string | undefined): Promise<Uint8Array | undefined>;
}

/** The text of a key file: one secret key per line, and comments. `name` identifies the file in messages. */
export interface KeyText {
  readonly name: string;
  readonly text: string;
  /** The only namespace whose objects the keys open; undefined for all objects. */
  readonly namespace?: string | undefined;
}

/**
 * Parses the secret keys in key files.
 *
 * @throws Error when a line is not an age secret key; the message names the line without its content
 */
export async function readIdentities(texts: readonly KeyText[]): Promise<AgeIdentities> {
  const keys = texts.flatMap(keysIn);
  if (keys.length === 0) return { hasKeyFor: () => false, decrypt: async () => undefined };
  const { Decrypter, armor } = await import('age-encryption');
  const groups = [...Map.groupBy(keys, ({ namespace }) => namespace)].map(([namespace, keys]) => {
    const decrypter = new Decrypter();
    for (const key of keys) addKey(decrypter, key);
    return { namespace, decrypter };
  });
  const groupsFor = (namespace: string | undefined) =>
    groups.filter((group) => group.namespace === undefined || group.namespace === namespace);
  return {
    hasKeyFor: (namespace) => groupsFor(namespace).length > 0,
    decrypt: async (armored, namespace) => {
      for (const { decrypter } of groupsFor(namespace)) {
        // A failure means that the file is damaged, or was encrypted for other keys; age does not distinguish the two.
        const content = await open(decrypter, () => armor.decode(armored));
        if (content !== undefined) return content;
      }
      return undefined;
    },
  };
}

async function open(decrypter: Decrypter, read: () => Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await decrypter.decrypt(read());
  } catch {
    return undefined;
  }
}

interface Key {
  /** File and line for messages, such as `keys.txt: line 2`. */
  readonly place: string;
  readonly secret: string;
  readonly namespace: string | undefined;
}

function keysIn({ name, text, namespace }: KeyText): readonly Key[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const secret = line.trim();
    const place = `${name}: line ${index + 1}`;
    return secret === '' || secret.startsWith('#') ? [] : [{ place, secret, namespace }];
  });
}

function addKey(decrypter: Decrypter, { place, secret }: Key): void {
  try {
    decrypter.addIdentity(secret);
  } catch {
    throw new Error(`${place} is not an age secret key`);
  }
}
