/**
 * Decrypts what age has encrypted for X25519 recipients, as SOPS has it do with the keys of its files.
 *
 * Source: C2SP, age-encryption.org/v1.
 */
import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { bytesOfBech32 } from './bech32.ts';

/** A secret key, and the public one that goes with it. */
export interface AgeIdentity {
  readonly secret: KeyObject;
  /** 32 bytes. */
  readonly public: Buffer;
}

/** What comes before the 32 bytes of an X25519 key in DER: of a secret and of a public one. */
const secretHead = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicHead = Buffer.from('302a300506032b656e032100', 'hex');

/**
 * The identities in the text of a key file, one a line, with comments.
 *
 * @throws Error that names the line, and never what is on it
 */
export function readIdentities(text: string): readonly AgeIdentity[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const key = line.trim();
    if (key === '' || key.startsWith('#')) return [];
    const bytes = bytesOfBech32(key, 'age-secret-key-');
    if (bytes?.length !== 32) throw new Error(`line ${index + 1} is no age secret key`);
    const der = Buffer.concat([secretHead, bytes]);
    const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
    return [{ secret, public: spki.subarray(publicHead.length) }];
  });
}

/** The content of an armored age file; undefined when none of the identities opens it. */
export function decryptAge(
  armored: string,
  identities: readonly AgeIdentity[],
): Buffer | undefined {
  const file = parseAge(armored);
  if (file === undefined) return undefined;
  for (const identity of identities) {
    for (const stanza of file.stanzas) {
      const fileKey = unwrap(stanza, identity);
      if (fileKey !== undefined && isAuthentic(file, fileKey)) return openPayload(file, fileKey);
    }
  }
  return undefined;
}

interface Stanza {
  readonly share: Buffer;
  readonly body: Buffer;
}

interface AgeFile {
  readonly stanzas: readonly Stanza[];
  /** What the header's code authenticates. */
  readonly header: string;
  readonly mac: Buffer;
  readonly payload: Buffer;
}

function parseAge(armored: string): AgeFile | undefined {
  const [, base64 = ''] =
    /-----BEGIN AGE ENCRYPTED FILE-----\s([\s\S]*?)-----END AGE ENCRYPTED FILE-----/.exec(
      armored,
    ) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('latin1');
  const [head = '', header = '', mac = ''] =
    /^(age-encryption\.org\/v1\n(?:[\s\S]*?\n)?---) ([A-Za-z0-9+/]{43})\n/.exec(text)?.slice(0) ??
    [];
  if (head === '') return undefined;
  const stanzas = [...header.matchAll(/^-> X25519 (\S+)\n([A-Za-z0-9+/]+)$/gm)].map(
    ([, share = '', body = '']) => ({
      share: Buffer.from(share, 'base64'),
      body: Buffer.from(body, 'base64'),
    }),
  );
  return {
    stanzas,
    header,
    mac: Buffer.from(mac, 'base64'),
    payload: bytes.subarray(head.length),
  };
}

function unwrap({ share, body }: Stanza, identity: AgeIdentity): Buffer | undefined {
  if (share.length !== 32 || body.length !== 32) return undefined;
  const publicKey = createPublicKey({
    key: Buffer.concat([publicHead, share]),
    format: 'der',
    type: 'spki',
  });
  const shared = diffieHellman({ privateKey: identity.secret, publicKey });
  const salt = Buffer.concat([share, identity.public]);
  const key = derive(shared, salt, 'age-encryption.org/v1/X25519');
  return openChaCha(key, Buffer.alloc(12), body);
}

function isAuthentic({ header, mac }: AgeFile, fileKey: Buffer): boolean {
  const key = derive(fileKey, Buffer.alloc(0), 'header');
  const wanted = createHmac('sha256', key).update(header, 'latin1').digest();
  return mac.length === wanted.length && timingSafeEqual(mac, wanted);
}

/** A file of one chunk, of which the nonce's last byte says that it is the last. */
function openPayload({ payload }: AgeFile, fileKey: Buffer): Buffer | undefined {
  const key = derive(fileKey, payload.subarray(0, 16), 'payload');
  const nonce = Buffer.alloc(12);
  nonce[11] = 1;
  return openChaCha(key, nonce, payload.subarray(16));
}

function derive(secret: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
}

/** Undefined when it was not sealed with that key. */
function openChaCha(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < 16) return undefined;
  const options = { authTagLength: 16 };
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, options);
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  } catch {
    return undefined;
  }
}
