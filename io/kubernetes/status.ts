import { ClusterError, type RejectedField } from '#syncer/cluster-error.ts';
import type { ApiResponse } from './http.ts';

/** The Status object with which an API server rejects a call. */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly Partial<RejectedField>[] };
}

/**
 * Returns the body of a successful response.
 *
 * @throws ClusterError with the message of the server for any other status
 */
export function successOf({ status, body, retryAfterMs }: ApiResponse): unknown {
  if (status >= 200 && status < 300) return body;
  const { message = `answered ${status}`, reason = '', details } = (body ?? {}) as Status;
  const causes = causesIn(details);
  const fields = causes.map(({ field }) => field).filter((field) => field !== '');
  const answer = { status, reason, texts: [message, ...fields] };
  throw new ClusterError(reasonOf(status, message), message, {
    status,
    retryAfterMs,
    causes,
    answer,
  });
}

function causesIn({ causes }: Status['details'] = {}): readonly RejectedField[] {
  return (causes ?? []).map(({ reason = '', field = '', message = '' }) => {
    return { reason, field, message };
  });
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
