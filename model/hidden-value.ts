/** Decides which values of objects output may show. */
import { type Difference, formatSteps, type PathStep } from './difference.ts';
import { isFieldMap, type KubeObject } from './object.ts';
import { hiddenText } from './redaction.ts';

/** The annotation in which `kubectl apply` repeats the whole object. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Reports whether an object holds secrets: a Secret of any API group, or an object that SOPS encrypted. */
export function holdsSecrets(object: Pick<KubeObject, 'kind'>): boolean {
  return object.kind === 'Secret' || 'sops' in object;
}

/**
 * Returns the plain values of a Secret, of its annotations too, because `kubectl apply` repeats the object there.
 * An encrypted object contains ciphertext only.
 */
export function plainSecretsOf(object: KubeObject): readonly string[] {
  if (object.kind !== 'Secret' || 'sops' in object) return [];
  const { data, stringData, metadata } = object;
  const maps = [data, stringData, metadata.annotations].filter(isFieldMap);
  const texts = maps.flatMap((map) => Object.values(map)).filter((value) => !isCollection(value));
  const values = texts.map(String);
  return [...values, ...values.map((value) => Buffer.from(value, 'base64').toString())];
}

function isCollection(value: unknown): boolean {
  return typeof value === 'object';
}

/** A changed field as output shows it. */
export interface ShownDifference {
  /** Path of the field for display. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Returns a difference as output shows it. If the objects hold secrets, it shows only names of fields: their
 * values are hidden, except those that identify the object.
 */
export function showDifference(
  { steps, before, after }: Difference,
  { isSecret }: { readonly isSecret: boolean },
): ShownDifference {
  const isHidden = isHiddenPath(steps, isSecret);
  const hide = (value: unknown) => (value === undefined || !isHidden ? value : hiddenText);
  // The label of a list item is one of its values.
  const shownSteps = isSecret ? steps.map(withoutLabel) : steps;
  return { path: formatSteps(shownSteps), before: hide(before), after: hide(after) };
}

function withoutLabel(step: PathStep): PathStep {
  return typeof step === 'string' ? step : { ...step, label: `${step.index}` };
}

/** Reports whether output hides the field of an object at a path. */
export function isHiddenField(object: KubeObject, path: readonly string[]): boolean {
  return isHiddenPath(path, holdsSecrets(object));
}

function isHiddenPath(steps: readonly PathStep[], isSecret: boolean): boolean {
  return isSecret ? !isIdentity(steps) : repeatsObject(steps);
}

const identity: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata/name',
  'metadata/namespace',
  'type',
  'immutable',
]);

function isIdentity(steps: readonly PathStep[]): boolean {
  return identity.has(steps.map((step) => (typeof step === 'string' ? step : '')).join('/'));
}

/** Reports whether a field repeats the object, and with it values that the object no longer has. */
function repeatsObject([metadata, annotations, name]: readonly PathStep[]): boolean {
  return metadata === 'metadata' && annotations === 'annotations' && name === lastApplied;
}
