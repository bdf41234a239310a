import { type FieldMap, isFieldMap } from '#model/object.ts';
import { ClusterError, type RejectedField } from '#syncer/cluster-error.ts';
import { listOf, textIn } from './shapes.ts';
import { describeUnknownFields } from './unknown-fields.ts';

/** Maximum length of a server's message, in characters. Events and logs repeat it. */
const maxMessageLength = 8192;

/** Returns the error for an answer of a status that is not successful, with the message of the server. */
export function errorOf(status: number, body: unknown, retryAfterMs?: number): ClusterError {
  // An API server rejects a call with a Status object.
  const fields = isFieldMap(body) ? body : {};
  const text = textIn(fields, 'message') ?? `answered ${status}`;
  // The proxy in front of aggregated API servers ends its messages with a line break.
  const message = text.trim().slice(0, maxMessageLength);
  const causes = causesIn(fields);
  const named = causes.map(({ field }) => field).filter((field) => field !== '');
  const answer = { status, reason: textIn(fields, 'reason') ?? '', texts: [message, ...named] };
  const options = { status, retryAfterMs, causes, answer };
  const unknown = describeUnknownFields(message);
  if (unknown !== undefined) return new ClusterError('unknown-field', unknown, options);
  return new ClusterError(reasonOf(status, message), message, options);
}

function causesIn({ details }: FieldMap): readonly RejectedField[] {
  const causes = isFieldMap(details) ? listOf(details.causes) : undefined;
  return (causes ?? []).filter(isFieldMap).map((cause) => ({
    reason: textIn(cause, 'reason') ?? '',
    field: textIn(cause, 'field') ?? '',
    message: textIn(cause, 'message') ?? '',
  }));
}

function reasonOf(status: number, message: string): ClusterError['reason'] {
  if (unfit.test(message)) return 'rejected';
  if (status === 429) return initializing.test(message) ? 'transient' : 'throttled';
  if (status === 403) return 'forbidden';
  const passing = [404, 409, 410].includes(status) || status >= 500;
  if (passing && !untyped.test(message)) return 'transient';
  return status === 422 ? 'invalid' : 'rejected';
}

/** Messages for an object that etcd does not store, or that the API server cannot send to it. */
const unfit = /request is too large|trying to send message larger than max/;

/** The message for a kind whose definition has just been made. Only requests for that kind must wait. */
const initializing = /storage is \(re\)initializing/;

/** Messages for an object that does not match its schema; some versions send them with status 500. */
const untyped = /^failed to create (typed patch object|manager for existing fields)/;
