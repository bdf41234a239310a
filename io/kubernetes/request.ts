/** One call to an API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the server's root. */
  readonly path: string;
  /** Names the answer in errors, such as `list of Secrets`. */
  readonly what: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
}
