/** One HTTP request, read completely, and the answer to it. */
import type { Target } from '../api/state.ts';
import type { Fields, Value } from '../object.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly userAgent: string;
  /** Without parameters, lower case; '' when there is none. */
  readonly contentType: string;
  /** Undefined when the request has no body. */
  readonly body: Value | undefined;
  /** Paths of fields that the body says more than once. */
  readonly duplicates: readonly string[];
}

export type Answer = DocumentAnswer | WatchAnswer;

export interface DocumentAnswer {
  readonly code: number;
  readonly body: Fields | string;
  /** Default: `application/json`, or `text/plain` for text. */
  readonly contentType?: string;
  readonly warnings?: readonly string[];
}

interface WatchAnswer {
  readonly watch: Target;
}

export function ok(body: Fields | string, contentType?: string): DocumentAnswer {
  return { code: 200, body, ...(contentType !== undefined && { contentType }) };
}
