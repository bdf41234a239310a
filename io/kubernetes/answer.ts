import { type FieldMap, isFieldMap, type KubeObject } from '#model/object.ts';
import type { ClusterError } from '#syncer/cluster-error.ts';
import type { KindRef } from '#syncer/ports/cluster.ts';
import { malformed } from './json.ts';
import { isObjectMeta, isText, listOf, textIn } from './shapes.ts';
import { errorOf } from './status.ts';

/** One page of a list. */
export interface Page {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  /** The `continue` token of the next page; '' on the last page. */
  readonly next: string;
}

/** The message of an API server for a path that it does not serve, in a Status or as plain text. */
const unknownPath = /^(404 page not found|the server could not find the requested resource)/;

/**
 * An API server's answer of any status. Its methods are the only way to the content: each checks the
 * shape that it returns, because a member may send anything.
 */
export class Answer {
  readonly status: number;
  readonly #what: string;
  readonly #body: unknown;
  readonly #retryAfterMs: number | undefined;

  constructor(what: string, status: number, body: unknown, retryAfterMs?: number) {
    this.#what = what;
    this.status = status;
    this.#body = body;
    this.#retryAfterMs = retryAfterMs;
  }

  /**
   * Expects a successful answer.
   *
   * @throws ClusterError with the message of the server for any other status
   */
  expectSuccess(): void {
    if (this.status >= 200 && this.status < 300) return;
    throw this.refusal();
  }

  /** Returns the error for an answer of any other status than the expected one. */
  refusal(): ClusterError {
    return errorOf(this.status, this.#body, this.#retryAfterMs);
  }

  /**
   * Returns the object of a successful answer.
   *
   * @throws ClusterError as `expectSuccess`, and `malformed` when the answer is not an object
   */
  object(): KubeObject {
    const body = this.fields();
    if (!isText(body.apiVersion) || !isText(body.kind) || !isObjectMeta(body.metadata)) {
      throw this.#malformed();
    }
    return body as unknown as KubeObject;
  }

  /**
   * Reports whether the API server answered with a Status that the object does not exist. Any other answer of 404 comes
   * from a gateway in front of the API server, or means that the path of the kind does not exist.
   */
  get isNotFound(): boolean {
    const isStatus = isFieldMap(this.#body) && this.#body.kind === 'Status';
    return this.status === 404 && isStatus && !this.isUnknownPath;
  }

  /** Reports whether the API server says that it serves no such path. */
  get isUnknownPath(): boolean {
    const text = isFieldMap(this.#body) ? textIn(this.#body, 'message') : undefined;
    return this.status === 404 && unknownPath.test(text ?? '');
  }

  /** Reports whether a successful answer is a Status and not an object. Throws as `expectSuccess`. */
  isStatus(): boolean {
    return this.fields().kind === 'Status';
  }

  /**
   * Returns the page of a list of one kind.
   *
   * @throws ClusterError as `expectSuccess`, and `malformed` when the answer is not a list
   */
  page({ apiVersion, kind }: KindRef): Page {
    const { items, metadata } = this.fields();
    // A Go server writes an empty list as null.
    const found = listOf(items ?? []);
    if (found === undefined || !isFieldMap(metadata)) throw this.#malformed();
    const { resourceVersion, continue: next = '' } = metadata;
    if (!isText(resourceVersion) || !isText(next)) throw this.#malformed();
    const objects = found.map((item) => {
      if (!isFieldMap(item) || !isObjectMeta(item.metadata)) throw this.#malformed();
      // The items of a list lack apiVersion and kind.
      return { ...item, apiVersion, kind } as unknown as KubeObject;
    });
    return { objects, resourceVersion, next };
  }

  /**
   * Returns the fields of a successful answer, which the caller checks.
   *
   * @throws ClusterError as `expectSuccess`, and `malformed` when the answer is not a map
   */
  fields(): FieldMap {
    this.expectSuccess();
    if (!isFieldMap(this.#body)) throw this.#malformed();
    return this.#body;
  }

  #malformed(): ClusterError {
    return malformed('an answer without the expected fields', this.#what);
  }
}
