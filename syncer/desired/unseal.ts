import { describeObject, type KubeObject } from '#model/object.ts';
import type { SecretsPort } from '../ports/source.ts';
import { ManifestError } from './manifest.ts';

/**
 * Returns the object in plain text.
 *
 * @throws ManifestError if the object is encrypted, but lacks SOPS metadata or the syncer cannot decrypt it
 */
export async function unsealed(
  path: string,
  object: KubeObject,
  secrets: SecretsPort | undefined,
): Promise<KubeObject> {
  const title = `${path}: ${describeObject(object)}`;
  const isMarked = isMarkedSealed(object);
  if (!isMarked && !isSealedSecret(object)) return object;
  if (!isMarked) throw new ManifestError(`${title} is encrypted, but lacks the sops field`);
  const result = (await secrets?.unseal(object)) ?? noKeys;
  if (result.type === 'unsealed') return result.object;
  throw new ManifestError(`${title} ${result.reason}`);
}

/** Reports whether the object has SOPS metadata. */
export function isMarkedSealed(object: KubeObject): boolean {
  return 'sops' in object;
}

const noKeys = {
  type: 'sealed',
  reason: 'is encrypted by SOPS, and no age key is configured',
} as const;

/** Reports whether a Secret has encrypted values. Without SOPS metadata, the syncer would apply them as plain text. */
function isSealedSecret({ kind, data, stringData }: KubeObject): boolean {
  if (kind !== 'Secret') return false;
  const values = [data, stringData].flatMap((map) => Object.values(map ?? {}));
  return values.some((value) => typeof value === 'string' && value.startsWith('ENC[AES256_GCM,'));
}
