/** Errors of the API: a Status object with an HTTP code. */
import type { Fields } from './object.ts';

/** A violation in one field. `reason` is a CauseType, for example `FieldValueInvalid`. */
export type Cause = { reason: string; message: string; field: string };

/** The details of a Status: the object, the causes and the delay before a retry. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** The error that a handler throws to respond with a Status. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** Returns the `v1` Status object of the response. */
  toStatus(): Fields {
    const status: Fields = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
    };
    if (this.reason !== '') status.reason = this.reason;
    if (this.details !== undefined) status.details = JSON.parse(JSON.stringify(this.details));
    status.code = this.code;
    return status;
  }
}

/** The resource type in an error message. */
export interface Named {
  readonly group: string;
  /** Plural, lower case: `deployments`. */
  readonly resource: string;
}

function qualified({ group, resource }: Named): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function detailsOf({ group, resource }: Named, name: string): StatusDetails {
  return { ...(name && { name }), ...(group && { group }), kind: resource };
}

export function notFound(type: Named, name: string): ApiError {
  const message = `${qualified(type)} "${name}" not found`;
  return new ApiError(404, 'NotFound', message, detailsOf(type, name));
}

export function alreadyExists(type: Named, name: string): ApiError {
  const message = `${qualified(type)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(type, name));
}

export function conflict(type: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, detailsOf(type, name));
}

export function forbidden(type: Named, name: string, why: string, causes?: Cause[]): ApiError {
  const message = `${qualified(type)} "${name}" is forbidden: ${why}`;
  const details = { ...detailsOf(type, name), ...(causes && { causes }) };
  return new ApiError(403, 'Forbidden', message, details);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function gone(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** Returns a 422 error with the violations of all fields. */
export function invalid(
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly Cause[],
): ApiError {
  const messages = causes.map(({ field, message }) => `${field}: ${message}`);
  const list = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  const type = group === '' ? kind : `${kind}.${group}`;
  return new ApiError(422, 'Invalid', `${type} "${name}" is invalid: ${list}`, {
    ...(name && { name }),
    ...(group && { group }),
    kind,
    causes,
  });
}

export function required(field: string, more = ''): Cause {
  const message = more === '' ? 'Required value' : `Required value: ${more}`;
  return { reason: 'FieldValueRequired', message, field };
}

export function invalidValue(field: string, value: unknown, why: string): Cause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return { reason: 'FieldValueInvalid', message, field };
}

export function unsupported(field: string, value: unknown, supported: readonly string[]): Cause {
  const list = supported.map((one) => `"${one}"`).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

export function duplicate(field: string, value: unknown): Cause {
  const message = `Duplicate value: ${JSON.stringify(value)}`;
  return { reason: 'FieldValueDuplicate', message, field };
}
