/**
 * JSON patch (RFC 6902), applied by fast-json-patch. This file adds the checks that the library
 * omits and turns its errors into the Status that the API server answers.
 */
import jsonPatch, { type Operation } from 'fast-json-patch';
import { isFields, type Value } from '../object.ts';
import { ApiError, badRequest } from '../status.ts';

/**
 * Returns a changed copy of `target`.
 *
 * @throws ApiError 400 when `patch` is not a JSON patch, 422 when it does not fit `target`
 */
export function applyJsonPatch(target: Value, patch: Value): Value {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations');
  const patched = patch.reduce(applyOperation, structuredClone(target));
  if (patched === null) throw unprocessable('the patch removes the whole object');
  return patched;
}

function applyOperation(target: Value, sent: Value): Value {
  const operation = readOperation(sent);
  try {
    return elementary(target, operation).reduce(applyElementary, target);
  } catch (error) {
    throw asApiError(error);
  }
}

const operations: ReadonlySet<unknown> = new Set([
  'add',
  'remove',
  'replace',
  'move',
  'copy',
  'test',
]);

/** Returns a copy, because the library puts the values of an operation into the document. */
function readOperation(sent: Value): Operation {
  if (!isFields(sent)) throw badRequest('each operation of a JSON patch must be an object');
  if (!operations.has(sent.op)) {
    throw badRequest(`unexpected kind of JSON patch operation: ${JSON.stringify(sent.op)}`);
  }
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

/** Names of library errors about an operation that is malformed, whatever the object contains. */
const malformed: ReadonlySet<string> = new Set([
  'OPERATION_PATH_INVALID',
  'OPERATION_FROM_REQUIRED',
  'OPERATION_VALUE_REQUIRED',
]);

function asApiError(error: unknown): ApiError {
  if (error instanceof jsonPatch.JsonPatchError) {
    const { name, message, operation } = error;
    const [summary = ''] = message.split('\n');
    if (malformed.has(name)) return badRequest(summary);
    return unprocessable(`${summary}: ${operation.op} ${operation.path}`);
  }
  // The library throws a TypeError for __proto__ and for paths through missing values.
  if (error instanceof TypeError) return unprocessable(error.message);
  throw error;
}

function unprocessable(reason: string): ApiError {
  return new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${reason}`,
  );
}
