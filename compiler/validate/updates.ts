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

/** Answers about an object as a new one, and as an update of the one that is there. */
export interface UpdateAnswers {
  readonly create: CheckAnswer;
  readonly update: CheckAnswer;
}

/** An update that an API server would refuse. */
export interface RefusedUpdate {
  readonly error: FieldError;
  /** Whether the syncer deletes the object and makes it again. */
  readonly isReplaced: boolean;
}

/** What stands in the way of an update alone: not what is wrong with the object in any case. */
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

/** A default that neither object writes: the syncer takes it over and drops it. */
function isStrayDefault({ type, field }: FieldError, object: KubeObject, old: KubeObject): boolean {
  const isAbsent = (from: KubeObject) => !resolveField(field, from).isThere;
  const isPlain = type === 'FieldValueForbidden' && !field.includes('[');
  return isPlain && isAbsent(object) && isAbsent(old);
}

function keyOf({ field, type, message }: FieldError): string {
  return JSON.stringify([field, type, message]);
}

/** `Deployment shop/web cannot be updated: spec.selector: Invalid value: …: field is immutable`. */
function updateWords(object: KubeObject, { error, isReplaced }: RefusedUpdate): string {
  const name = describeObject(object);
  const what = isReplaced ? 'is deleted and made again' : 'cannot be updated';
  return `${name} ${what}: ${wordsOf(error, object)}`;
}

/** What will come of an update that is refused, in one sentence. */
export function updateSentence(object: KubeObject, refused: RefusedUpdate): string {
  const words = updateWords(object, refused);
  const hint = refused.isReplaced ? undefined : updateHint(object, refused.error);
  return hint === undefined ? words : `${words}; ${hint}`;
}

/** The updates of an object that an API server would refuse, as findings. */
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
  if (isDefinition(object)) return 'give it another name';
  return `give it another name, or let the syncer delete it and make it again: ${replaceAnnotation}: "true"`;
}
