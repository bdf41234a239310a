import type { KubeObject } from '#model/object.ts';
import type { SealingRules } from '#model/sync-settings.ts';
import type { SecretsPort } from '../ports/source.ts';

/** An object of Git as the syncer applies it. */
interface Opened {
  readonly object: KubeObject;
  /** Why the syncer cannot open the object, which then stays encrypted; undefined for an object to apply. */
  readonly fault?: string;
  /** What the author should change. */
  readonly warning?: string;
}

/** Returns the object in plain text, or why the syncer cannot decrypt it. */
export async function unsealed(
  object: KubeObject,
  secrets: SecretsPort | undefined,
  rules: SealingRules,
): Promise<Opened> {
  const isMarked = isMarkedSealed(object);
  if (!isMarked && !isSealedSecret(object)) return { object };
  if (!isMarked) return { object, fault: 'is encrypted, but lacks the sops field' };
  const result = (await secrets?.unseal(object, rules)) ?? noKeys;
  if (result.type === 'sealed') return { object, fault: result.reason };
  const { object: opened, warning } = result;
  return { object: opened, ...(warning !== undefined && { warning }) };
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
