/** What files show about objects that SOPS has encrypted, without a key. */
import type { FieldMap, KubeObject } from './object.ts';
import { isFieldMap } from './object.ts';
import { isSealedKind, type SealingRules } from './sync-settings.ts';

/**
 * Annotation with the object for which its author sealed it. SOPS encrypts it under the same data key as the
 * values, so that without the key no one can name another object.
 */
export const sealedForAnnotation = 'regatta.dev/sealed-for';

/** What authors should do about an encrypted object without the annotation. Completes "Secret shop/db …". */
export const lacksSealedFor =
  'lacks the annotation regatta.dev/sealed-for, encrypted by SOPS: anyone who can push can copy its values into another object (docs/secrets.md)';

/** What the syncer says about an encrypted object of another kind. Completes "ConfigMap shop/web …". */
export const notOpenedKind =
  'is encrypted by SOPS, but is not a Secret; spec.sync.sealedKinds of regatta.yaml must list its kind';

/** Reports whether SOPS encrypted the text. */
export function isSealedText(text: string): boolean {
  return text.startsWith('ENC[AES256_GCM,');
}

export function isCoreSecret({
  apiVersion,
  kind,
}: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

/** Reports whether the syncer opens an encrypted object of this kind. */
export function isOpenedKind(object: KubeObject, { sealedKinds }: SealingRules): boolean {
  return isCoreSecret(object) || isSealedKind(object, sealedKinds);
}

/** Reports whether SOPS encrypted an object that does not say, by an encrypted annotation, for which object its values are. */
export function isSealedForAny(object: KubeObject): boolean {
  if (!('sops' in object)) return false;
  const annotation: unknown = object.metadata.annotations?.[sealedForAnnotation];
  return typeof annotation !== 'string' || !isSealedText(annotation);
}

/**
 * Returns the path of the first encrypted value below a field with a colon in its name, which the syncer does not open:
 * SOPS takes the field `a:b` for the field `b` of `a`.
 */
export function sealedBelowColon({
  sops: _sops,
  ...fields
}: FieldMap): readonly string[] | undefined {
  return find(fields, [], false);
}

function find(
  value: unknown,
  path: readonly string[],
  hasColon: boolean,
): readonly string[] | undefined {
  if (typeof value === 'string') return hasColon && isSealedText(value) ? path : undefined;
  if (!Array.isArray(value) && !isFieldMap(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = find(member, [...path, key], hasColon || key.includes(':'));
    if (found !== undefined) return found;
  }
  return undefined;
}
