/**
 * Why a call to a member cluster failed.
 */
export type ClusterErrorReason =
  /** The cluster did not answer. */
  | 'unreachable'
  /** The cluster's answer exceeds a bound, or lacks the shape of its kind. */
  | 'malformed'
  /** The API server is overloaded (429). */
  | 'throttled'
  /** The same request may succeed later (5xx, conflicts). */
  | 'transient'
  /** The request cannot succeed until Git or the cluster changes. */
  | 'rejected'
  /** The syncer lacks a permission. */
  | 'forbidden'
  /** The object is invalid, or the live object cannot be changed to it (422). */
  | 'invalid'
  /** The API server's schema does not have a field of the object, or the server did not keep it. */
  | 'unknown-field'
  /** The cluster does not serve the kind. */
  | 'unknown-kind';

/** How an API server rejected a call, in its own words. They may repeat values of the object. */
export interface ServerAnswer {
  readonly status: number;
  /** '' if the answer contains no reason. */
  readonly reason: string;
  /** The message, and the fields that the answer names. */
  readonly texts: readonly string[];
}

/** One cause of a rejection, as an API server lists them. */
export interface RejectedField {
  /** A word such as `FieldValueDuplicate`; '' if the API server names none. */
  readonly reason: string;
  /** Path of the field, in the API server's notation; '' if the cause concerns no field. */
  readonly field: string;
  readonly message: string;
}

interface ClusterErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly causes?: readonly RejectedField[] | undefined;
  readonly answer?: ServerAnswer | undefined;
  readonly isHidden?: true | undefined;
  readonly isDenied?: boolean;
}

const denial = /\bcannot \w+ (resource|path) "/;

/** A failed call to a member cluster. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** HTTP status of the API server's answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Milliseconds after which the API server allows a retry; undefined if its answer does not name a time. */
  readonly retryAfterMs: number | undefined;
  /** The causes in the API server's answer, without messages if output must not show them. */
  readonly causes: readonly RejectedField[];
  /** The answer of the API server; undefined if it gave none, or if output must not show it. */
  readonly answer: ServerAnswer | undefined;
  /** True if the message replaces that of the API server. */
  readonly isHidden: boolean;
  /**
   * True if the caller lacks a permission that the syncer, which is another user, may have. Quotas and admission
   * policies use the same status code, but reject all users. Only the text distinguishes them.
   */
  readonly isDenied: boolean;
  constructor(reason: ClusterErrorReason, message: string, options: ClusterErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.causes = options.causes ?? [];
    this.answer = options.answer;
    this.isHidden = options.isHidden ?? false;
    this.isDenied = options.isDenied ?? (reason === 'forbidden' && denial.test(message));
  }

  /** Paths of fields that the API server rejects because of other fields, in its notation. */
  get forbiddenFields(): readonly string[] {
    const forbidden = this.causes.filter(({ reason }) => reason === 'FieldValueForbidden');
    return forbidden.map(({ field }) => field);
  }

  /** Returns the same error with a text before its message. */
  because(context: string): ClusterError {
    const { status, retryAfterMs, causes, answer } = this;
    const isHidden = this.isHidden || undefined;
    const options = { status, retryAfterMs, causes, answer, isHidden, cause: this };
    return new ClusterError(this.reason, `${context}: ${this.message}`, options);
  }

  /** Reports whether repeating the request is useless. */
  get isLasting(): boolean {
    return ['rejected', 'forbidden', 'invalid', 'unknown-field'].includes(this.reason);
  }
}
