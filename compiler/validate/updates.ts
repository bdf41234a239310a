import { describeObject, type KubeObject } from '#model/object.ts';
import type { CheckAnswer, FieldError } from '#model/object-check.ts';
import {
  isAboutImmutable,
  isDefinition,
  mayReplace,
  replaceAnnotation,
} from '#model/replacement.ts';
import type { PlannedCheck } from './check-plan.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { resolveField } from './field-path.ts';
import { type Found, wordsOf } from './refusals.ts';

/** The API server's answers to the creation of an object, and to the update of an existing one. */
export interface UpdateAnswers {
  readonly create: CheckAnswer;
  readonly update: CheckAnswer;
}

/** An update that the API server would reject. */
export interface RefusedUpdate {
  readonly error: FieldError;
  /** True if the syncer deletes and recreates the object. */
  readonly isReplaced: boolean;
}

/** Returns the errors of an update that the creation of the object does not have. */
export function updateErrors(
  object: KubeObject,
  old: KubeObject,
  { create, update }: UpdateAnswers,
): readonly RefusedUpdate[] {
  const known = new Set(fieldErrorsOf(create, object).map(keyOf));
  return fieldErrorsOf(update, object)
    .filter((error) => !known.has(keyOf(error)) && !isStrayDefault(error, object, old))
    .map((error) => ({
      error,
      isReplaced: mayReplace(object) && isAboutImmutable(error.message),
    }));
}

/** Reports whether an error is about a default that neither object sets, which the syncer reclaims and removes. */
function isStrayDefault({ type, field }: FieldError, object: KubeObject, old: KubeObject): boolean {
  const isAbsent = (from: KubeObject) => !resolveField(field, from).exists;
  const isPlain = type === 'FieldValueForbidden' && !field.includes('[');
  return isPlain && isAbsent(object) && isAbsent(old);
}

function keyOf({ field, type, message }: FieldError): string {
  return JSON.stringify([field, type, message]);
}

/** Formats an update, such as `Deployment shop/web cannot be updated: spec.selector: Invalid value: …: field is immutable`. */
function updateWords(object: KubeObject, { error, isReplaced }: RefusedUpdate): string {
  const name = describeObject(object);
  const what = isReplaced ? 'is deleted and recreated' : 'cannot be updated';
  return `${name} ${what}: ${wordsOf(error, object)}`;
}

/** Describes a rejected update and its consequence in one sentence. */
export function updateSentence(object: KubeObject, refused: RefusedUpdate): string {
  const words = updateWords(object, refused);
  const hint = refused.isReplaced ? undefined : updateHint(object, refused.error);
  return hint === undefined ? words : `${words}; ${hint}`;
}

/** Returns the rejected updates of an object as findings. */
export function refusedUpdates(
  { object, update }: Pick<PlannedCheck, 'object' | 'update'>,
  answers: UpdateAnswers,
): readonly Found[] {
  if (update === undefined) return [];
  return updateErrors(object, update.old, answers).map((refused) => {
    const { error, isReplaced } = refused;
    const hint = isReplaced ? undefined : updateHint(object, error);
    return {
      code: 'validate/immutable-field',
      severity: isReplaced ? 'note' : 'error',
      message: updateWords(object, refused),
      pointer: resolveField(error.field, object).pointer,
      ...(hint !== undefined && { hint }),
    };
  });
}

function updateHint(object: KubeObject, { message }: FieldError): string | undefined {
  if (!isAboutImmutable(message)) return undefined;
  if (isDefinition(object)) return 'rename the object';
  return `rename the object, or set the annotation ${replaceAnnotation}: "true" to let the syncer delete and recreate it`;
}
