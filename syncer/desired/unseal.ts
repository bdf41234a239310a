import { describeObject, type KubeObject } from '#model/object.ts';
import type { SecretsPort } from '../ports/source.ts';
import { ManifestError } from './manifest.ts';

/**
 * An object as a cluster is to have it: what is encrypted in Git is opened.
 *
 * @throws ManifestError when it cannot be
 */
export async function unsealed(
  path: string,
  object: KubeObject,
  secrets: SecretsPort | undefined,
): Promise<KubeObject> {
  const title = `${path}: ${describeObject(object)}`;
  const isMarked = isMarkedSealed(object);
  if (!isMarked && !isSealedSecret(object)) return object;
  if (!isMarked) throw new ManifestError(`${title} is encrypted, and does not say by what key`);
  const result = (await secrets?.unseal(object)) ?? noKeys;
  if (result.type === 'unsealed') return result.object;
  throw new ManifestError(`${title} ${result.reason}`);
}

/** Whether SOPS says that it has encrypted the object. */
export function isMarkedSealed(object: KubeObject): boolean {
  return 'sops' in object;
}

const noKeys = {
  type: 'sealed',
  reason: 'is encrypted by SOPS, and there is no age key to open it with',
} as const;

/** Values of SOPS without what SOPS says of them would be taken for the secrets themselves. */
function isSealedSecret({ kind, data, stringData }: KubeObject): boolean {
  if (kind !== 'Secret') return false;
  const values = [data, stringData].flatMap((map) => Object.values(map ?? {}));
  return values.some((value) => typeof value === 'string' && value.startsWith('ENC[AES256_GCM,'));
}
