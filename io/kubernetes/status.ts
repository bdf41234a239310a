import { isAboutImmutable } from '#model/replacement.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import type { ApiResponse } from './http.ts';

/** What an API server says of a call that it does not carry out. */
interface Status {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly Cause[] };
}

interface Cause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

/** The body of an answer that says yes. @throws ClusterError for every other */
export function successOf({ status, body, retryAfterMs }: ApiResponse): unknown {
  if (status >= 200 && status < 300) return body;
  const { message = `answered ${status}`, details } = (body ?? {}) as Status;
  const options = { retryAfterMs, forbiddenFields: forbiddenIn(details) };
  throw new ClusterError(reasonOf(status, message, details), message, options);
}

function forbiddenIn({ causes = [] }: Status['details'] = {}): readonly string[] {
  return causes.flatMap(({ reason, field }) =>
    reason === 'FieldValueForbidden' && field !== undefined ? [field] : [],
  );
}

function reasonOf(
  status: number,
  message: string,
  details: Status['details'],
): ClusterError['reason'] {
  if (status === 429) return 'throttled';
  if (status === 403) return 'forbidden';
  const passing = status === 404 || status === 409 || status >= 500;
  if (passing && !untyped.test(message)) return 'transient';
  const causes = details?.causes ?? [];
  const fixed = causes.some((cause) => isAboutImmutable(cause.message ?? ''));
  return status === 422 && fixed ? 'immutable' : 'rejected';
}

/** How a server says that an object doesn't fit its schema: some versions answer 500 for it. */
const untyped = /^failed to create (typed patch object|manager for existing fields)/;
