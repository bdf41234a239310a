/**
 * JSON patch (RFC 6902), applied by fast-json-patch. This file adds the checks that the library
 * omits and answers with the errors of the API server, which do not name the failed operation.
 */
import jsonPatch, { type Operation } from 'fast-json-patch';
import { isFields, type Value } from '../object.ts';
import { ApiError, badRequest } from '../status.ts';

/**
 * Returns a patched copy of `target`.
 *
 * @throws ApiError 400 when `patch` is not a list of objects, 422 when an operation fails
 */
export function applyJsonPatch(target: Value, patch: Value): Value {
  if (!Array.isArray(patch)) throw undecodable(patch, '[]handlers.jsonPatchOp');
  const patched = patch.reduce(applyOperation, withoutPrototypes(target));
  if (patched === null) throw unprocessable();
  return structuredClone(patched);
}

/** Copies objects without a prototype, so that a path cannot find inherited names. */
function withoutPrototypes(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, withoutPrototypes(item)]);
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function applyOperation(target: Value, sent: Value): Value {
  const operation = readOperation(sent);
  try {
    return elementary(target, operation).reduce(applyElementary, target);
  } catch (error) {
    // The library throws a TypeError for __proto__ and for paths through missing values.
    const isRejection = error instanceof jsonPatch.JsonPatchError || error instanceof TypeError;
    throw isRejection ? unprocessable() : error;
  }
}

const operators: ReadonlySet<unknown> = new Set([
  'add',
  'remove',
  'replace',
  'move',
  'copy',
  'test',
]);

/** Returns a copy, because the library puts the values of an operation into the document. */
function readOperation(sent: Value): Operation {
  if (!isFields(sent)) throw undecodable(sent, 'handlers.jsonPatchOp');
  if (!operators.has(sent.op)) throw unprocessable();
  return structuredClone(sent) as unknown as Operation;
}

/**
 * Expresses `move` and `copy` by `remove` and `add`: the library checks the target path of an `add`
 * and ignores that of a `move` or `copy`.
 */
function elementary(target: Value, operation: Operation): readonly Operation[] {
  if (operation.op !== 'move' && operation.op !== 'copy') return [operation];
  const { op, from, path } = operation;
  applyElementary(target, { op: '_get', path: from, value: undefined });
  const value = structuredClone(jsonPatch.getValueByPointer(target, from));
  const added: Operation = { op: 'add', path, value };
  return op === 'copy' ? [added] : [{ op: 'remove', path: from }, added];
}

/** Changes `target` in place where it can, because `target` belongs to this patch. */
function applyElementary(target: Value, operation: Operation): Value {
  try {
    return jsonPatch.applyOperation(target, operation, true).newDocument;
  } catch (error) {
    if (isTestForAbsence(target, operation, error)) return target;
    throw error;
  }
}

/** Reports whether a `test` failed only because the API server treats an absent field as null. */
function isTestForAbsence(target: Value, operation: Operation, error: unknown): boolean {
  return (
    error instanceof jsonPatch.JsonPatchError &&
    error.name === 'TEST_OPERATION_FAILED' &&
    operation.op === 'test' &&
    operation.value === null &&
    jsonPatch.getValueByPointer(target, operation.path) === undefined
  );
}

function undecodable(value: Value, goType: string): ApiError {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return badRequest(
    `error decoding patch: json: cannot unmarshal ${type} into Go value of type ${goType}`,
  );
}

function unprocessable(): ApiError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiError(422, 'Invalid', message, {});
}
