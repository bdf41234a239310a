/** JSON patch. Source: RFC 6902. */
import { equal, type Fields, isFields, textAt, type Value } from '../object.ts';
import { ApiError, badRequest } from '../status.ts';

/**
 * A changed copy of `target`.
 *
 * @throws ApiError 400 when `patch` is not a JSON patch, 422 when it does not fit `target`
 */
export function applyJsonPatch(target: Value, patch: Value): Value {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  return patch.reduce((value: Value, operation) => {
    if (!isFields(operation)) throw badRequest('each operation of a JSON patch is an object');
    return applyOperation(value, operation);
  }, structuredClone(target));
}

function applyOperation(target: Value, operation: Fields): Value {
  const path = stepsOf(operation, 'path');
  switch (operation.op) {
    case 'add':
      return add(target, path, valueIn(operation));
    case 'remove':
      return remove(target, path);
    case 'replace':
      read(target, path);
      return path.length === 0
        ? valueIn(operation)
        : add(remove(target, path), path, valueIn(operation));
    case 'move': {
      const from = stepsOf(operation, 'from');
      const moved = read(target, from);
      return add(remove(target, from), path, moved);
    }
    case 'copy':
      return add(target, path, structuredClone(read(target, stepsOf(operation, 'from'))));
    case 'test':
      return test(target, path, valueIn(operation));
    default:
      throw badRequest(`unexpected kind of JSON patch operation: ${JSON.stringify(operation.op)}`);
  }
}

function test(target: Value, path: readonly string[], wanted: Value): Value {
  const found = find(target, path);
  if (equal(found ?? null, wanted)) return target;
  throw unfit(`testing value ${pointer(path)} failed: test failed`);
}

function valueIn(operation: Fields): Value {
  const { value } = operation;
  if (value === undefined) throw badRequest('a JSON patch operation lacks its value');
  return value;
}

function stepsOf(operation: Fields, field: 'path' | 'from'): string[] {
  const text = textAt(operation, field);
  if (text === undefined || (text !== '' && !text.startsWith('/'))) {
    throw badRequest(`a JSON patch operation lacks its ${field}`);
  }
  const steps = text.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(target: Value, path: readonly string[]): Value | undefined {
  let current: Value | undefined = target;
  for (const step of path) {
    if (Array.isArray(current)) current = /^\d+$/.test(step) ? current[Number(step)] : undefined;
    else if (isFields(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}

function read(target: Value, path: readonly string[]): Value {
  const found = find(target, path);
  if (found === undefined) throw unfit(`missing value at ${pointer(path)}`);
  return found;
}

/** `target` belongs to this patch alone, so it is changed in place. */
function add(target: Value, path: readonly string[], value: Value): Value {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(target, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) {
      throw unfit(`add operation does not apply: index out of bounds at ${pointer(path)}`);
    }
    parent.splice(index, 0, value);
  } else if (isFields(parent)) parent[last] = value;
  else throw unfit(`add operation does not apply: ${pointer(path)} is inside a plain value`);
  return target;
}

function remove(target: Value, path: readonly string[]): Value {
  read(target, path);
  const last = path.at(-1);
  if (last === undefined) throw unfit('the whole object cannot be removed');
  const parent = read(target, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isFields(parent)) delete parent[last];
  return target;
}

function pointer(path: readonly string[]): string {
  return path.map((step) => `/${step}`).join('');
}

function unfit(why: string): ApiError {
  return new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
  );
}
