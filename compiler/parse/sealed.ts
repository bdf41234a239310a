import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import {
  isOpenedKind,
  isSealedForAny,
  lacksSealedFor,
  notOpenedKind,
  sealedBelowColon,
} from '#model/sealing.ts';
import type { Sourced } from '#model/source.ts';
import type { SealingRules } from '#model/sync-settings.ts';

/** Warns of encrypted objects that the syncer refuses, or whose values it would open in any other object. */
export function reportSealed(
  templates: readonly Sourced[],
  rules: SealingRules,
  report: Report,
): void {
  for (const { object, at } of templates) {
    if (!('sops' in object)) continue;
    const warn = (clause: string, path: readonly string[], hint?: string) =>
      report({
        code: 'parse/sealed-object',
        severity: 'warning',
        message: `${describeObject(object)} ${clause}`,
        at: at(pointerTo(path), { key: true }),
        ...(hint !== undefined && { hint }),
      });
    const refused = 'the syncer refuses the object';
    const colon = sealedBelowColon(object);
    if (!isOpenedKind(object, rules)) warn(`${notOpenedKind}: ${refused}`, ['kind']);
    if (colon !== undefined) warn(`${hasColon(colon)}: ${refused}`, colon);
    if (!isSealedForAny(object)) continue;
    const outcome = rules.sealedFor === 'Require' ? `; ${refused}` : '';
    warn(`${lacksSealedFor}${outcome}`, ['metadata'], addAnnotation);
  }
}

function hasColon(path: readonly string[]): string {
  return `has an encrypted field with a colon in its name at ${path.join('.')}`;
}

const addAnnotation =
  "decrypt the file, add the annotation, and encrypt it again with --encrypted-regex '^(data|stringData|regatta\\.dev/sealed-for)$'";
