import { withoutAcceptance } from '#model/acceptance.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { checkShape } from './check.ts';
import { hasStrayCiphertext } from './ciphertext.ts';
import { misnamed, notAnObject, type RawObject } from './documents.ts';
import { hasValidName, reportGeneratedName } from './object-names.ts';
import { schemaOf } from './roles.ts';
import { cluster } from './schema/cluster.ts';
import { kubeObject, ownObject } from './schema/object.ts';

/** How an object is checked. */
interface ObjectRules {
  readonly profile: Profile;
  /** Whether a build produced the object. The pass `build` has searched it for encrypted values. */
  readonly isBuilt: boolean;
}

/** Checks the shape of an object, and returns it with defaults. Reports faults, and then returns undefined. */
export function parseObject(
  raw: RawObject,
  { profile, isBuilt }: ObjectRules,
  report: Report,
): KubeObject | undefined {
  const { apiVersion, kind, metadata } = raw.value;
  if (kind === undefined && isNoObject(raw)) {
    report(notAnObject(raw.at('')));
    return undefined;
  }
  if (reportGeneratedName(raw, report)) return undefined;
  const head = { value: { apiVersion, kind, metadata }, at: raw.at };
  const schema = schemaOf(raw.value);
  const shape = schema === undefined ? kubeObject : ownObject;
  const object = checkShape(shape, head, typeof kind === 'string' ? kind : 'object', report);
  if (object === undefined) return undefined;
  if (schema === undefined) {
    if (!hasValidName(raw, object, report)) return undefined;
    if (!isBuilt && hasStrayCiphertext(raw, report)) return undefined;
    // Keep nulls in unknown kinds, where they may have a meaning.
    return withoutAcceptance({ ...raw.value, ...object });
  }
  const title = describeObject(object);
  if (profile === 'karmada' && schema === cluster && !hasSyncMode(raw)) {
    reportNoSyncMode(title, raw, report);
    return undefined;
  }
  return checkShape(schema, raw, title, report);
}

/** Reports whether a value without a kind is something else, which no added field would make an object. */
function isNoObject({ value, at }: RawObject): boolean {
  return value.apiVersion === undefined || misnamed(at('').file) !== undefined;
}

function hasSyncMode({ value }: RawObject): boolean {
  return Boolean(Object(value.spec).syncMode);
}

/** Karmada needs syncMode to reach a cluster; Regatta uses kubeconfigs. */
function reportNoSyncMode(title: string, { at }: RawObject, report: Report): void {
  report({
    code: 'parse/missing-field',
    severity: 'error',
    message: `${title} lacks spec.syncMode, which Karmada requires`,
    at: at('/spec'),
    hint: 'set spec.syncMode to Push or Pull',
  });
}
