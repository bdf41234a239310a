/**
 * Why a call to a member cluster failed.
 */
export type ClusterErrorReason =
  /** The cluster did not answer. */
  | 'unreachable'
  /** The API server is overloaded (429). */
  | 'throttled'
  /** The same request may succeed later (5xx, conflicts). */
  | 'transient'
  /** The request cannot succeed until Git or the cluster changes. */
  | 'rejected'
  /** The syncer lacks a permission. */
  | 'forbidden'
  /** The request changes an immutable field of the live object. */
  | 'immutable'
  /** The cluster does not serve the kind. */
  | 'unknown-kind';

interface ClusterErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly forbiddenFields?: readonly string[] | undefined;
}

/** A failed call to a member cluster. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** HTTP status of the API server's answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Milliseconds after which the API server allows a retry; undefined if its answer does not name a time. */
  readonly retryAfterMs: number | undefined;
  /** Paths of fields that the API server rejects because of other fields, in its notation. */
  readonly forbiddenFields: readonly string[];
  constructor(reason: ClusterErrorReason, message: string, options: ClusterErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.forbiddenFields = options.forbiddenFields ?? [];
  }

  /** Returns the same error with a text before its message. */
  because(context: string): ClusterError {
    const { status, retryAfterMs, forbiddenFields } = this;
    const options = { status, retryAfterMs, forbiddenFields, cause: this };
    return new ClusterError(this.reason, `${context}: ${this.message}`, options);
  }

  /** Reports whether repeating the request is useless. */
  get isLasting(): boolean {
    return ['rejected', 'forbidden', 'immutable'].includes(this.reason);
  }
}
