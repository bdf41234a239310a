/** A decoded HTTP request, and the response to it. */
import type { Target } from '../api/state.ts';
import type { Fields, Value } from '../object.ts';

/** A decoded HTTP request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly userAgent: string;
  /** Media type in lower case without parameters; '' when the header is absent. */
  readonly contentType: string;
  /** Decoded body; undefined when the request has no body. */
  readonly body: Value | undefined;
  /** Paths of fields that occur more than once in the body. */
  readonly duplicates: readonly string[];
}

export type Answer = DocumentAnswer | WatchAnswer;

/** A response with a body that ends. */
export interface DocumentAnswer {
  readonly code: number;
  readonly body: Fields | string;
  /** Media type of the response. Defaults to `application/json`, or to `text/plain` for a string. */
  readonly contentType?: string;
  readonly warnings?: readonly string[];
}

interface WatchAnswer {
  readonly watch: Target;
}

export function ok(body: Fields | string, contentType?: string): DocumentAnswer {
  return { code: 200, body, ...(contentType !== undefined && { contentType }) };
}
