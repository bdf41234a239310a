/**
 * `unreachable`: no answer; `throttled`: the API server is overloaded (429); `transient`: the same
 * request may succeed later (5xx, conflicts); `rejected`: it cannot succeed until Git or the cluster
 * changes; `forbidden`: rejected for lack of permission; `immutable`: rejected because it changes an
 * immutable field of the live object.
 */
export type ClusterErrorReason =
  | 'unreachable'
  | 'throttled'
  | 'transient'
  | 'rejected'
  | 'forbidden'
  | 'immutable'
  | 'unknown-kind';

interface ClusterErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly forbiddenFields?: readonly string[] | undefined;
}

/** A failed call to a member cluster. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** Milliseconds after which the API server allows a retry, if it says so. */
  readonly retryAfterMs: number | undefined;
  /** Paths of fields that other fields forbid, as the API server writes them. */
  readonly forbiddenFields: readonly string[];
  constructor(reason: ClusterErrorReason, message: string, options: ClusterErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.forbiddenFields = options.forbiddenFields ?? [];
  }

  /** Reports whether repeating the request is useless. */
  get isLasting(): boolean {
    return ['rejected', 'forbidden', 'immutable'].includes(this.reason);
  }
}
