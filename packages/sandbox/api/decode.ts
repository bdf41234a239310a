/** Decodes the body of a request into a complete object of its type. */
import {
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  type Meta,
  textAt,
  type Value,
} from '../object.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { defaultCustom, pruneCustom } from '../schema/custom.ts';
import { decodeTyped } from '../schema/decode.ts';
import { fieldShape } from '../schema/shape.ts';
import { badRequest, invalid, invalidValue } from '../status.ts';
import type { Target, WriteOptions } from './state.ts';

type ValidationOptions = Pick<WriteOptions, 'fieldValidation' | 'warn' | 'duplicates' | 'patch'>;

/**
 * Returns a copy without unknown fields and with defaults.
 *
 * @throws ApiError 400 for a different kind, for a value of the wrong type and, under Strict, for
 *   an unknown field
 */
export function decodeObject(
  { resource, namespace, name }: Target,
  sent: Value,
  options: ValidationOptions,
): KubeObject {
  if (!isFields(sent))
    throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
  checkType(resource, sent);
  const { value, unknown } = decodeFields(resource, sent);
  reportUnknownFields(resource, unknown, options);
  const object: KubeObject = {
    ...value,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: metadataOf(value),
  };
  setIdentity(object.metadata, resource, { namespace, name });
  setDefaults(resource, object);
  return object;
}

function checkType(resource: Resource, sent: Fields): void {
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = sent;
  if (kind === resource.kind && apiVersion === apiVersionOf(resource)) return;
  throw badRequest(
    `${String(kind)} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${resource.kind}: expected ${apiVersionOf(resource)} ${resource.kind}`,
  );
}

interface Decoded {
  readonly value: Fields;
  readonly unknown: readonly string[];
}

function decodeFields(resource: Resource, sent: Fields): Decoded {
  if (resource.custom === undefined) return decodeBuiltin(resource, sent);
  const { schema } = resource.custom;
  const body = schema === undefined ? { value: sent, unknown: [] } : pruneCustom(schema, sent);
  const metadata = decodeTyped(fieldShape(resource.shape, 'metadata'), fieldsAt(sent, 'metadata'));
  rejectMistyped(resource, metadata.mistyped);
  return {
    value: { ...body.value, metadata: metadata.value },
    unknown: [...metadata.unknown.map((path) => `metadata.${path}`), ...body.unknown],
  };
}

function decodeBuiltin(resource: Resource, sent: Fields): Decoded {
  const { value, unknown, mistyped } = decodeTyped(resource.shape, sent);
  rejectMistyped(resource, mistyped);
  return { value: isFields(value) ? value : {}, unknown };
}

function rejectMistyped(resource: Resource, mistyped: readonly string[]): void {
  const [first] = mistyped;
  if (first === undefined) return;
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${first}`,
  );
}

function reportUnknownFields(
  resource: Resource,
  unknown: readonly string[],
  { fieldValidation, warn, duplicates = [], patch }: ValidationOptions,
): void {
  const messages = [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...duplicates.map((path) => `duplicate field "${path}"`),
  ];
  if (messages.length === 0 || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Warn') {
    for (const message of messages) warn(message);
    return;
  }
  const fault = `strict decoding error: ${messages.join(', ')}`;
  if (patch !== undefined) {
    const cause = invalidValue('patch', JSON.stringify(patch), fault);
    throw invalid({ group: '', kind: '' }, '', [cause]);
  }
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${fault}`,
  );
}

function metadataOf(value: Fields): Meta {
  return { ...fieldsAt(value, 'metadata'), name: textAt(value, 'metadata', 'name') ?? '' };
}

/**
 * Sets name and namespace from the URL, in place.
 *
 * @throws ApiError 400 when the object has a different name or namespace
 */
function setIdentity(
  metadata: Meta,
  { namespaced }: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): void {
  if (metadata.name === '') metadata.name = name;
  if (name !== '' && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (!namespaced) {
    delete metadata.namespace;
    return;
  }
  metadata.namespace ??= namespace;
  if (metadata.namespace !== namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
}

function setDefaults(resource: Resource, object: KubeObject): void {
  resource.strategy.setDefaults?.(object);
  if (resource.custom?.schema !== undefined) defaultCustom(resource.custom.schema, object);
}
