/**
 * `unreachable`: no answer; `throttled`: the server has too much to do (429); `transient`: it may
 * work later as it is (5xx, conflicts); `rejected`: it will not, until Git or the cluster changes;
 * `forbidden`: rejected because we may not do it; `immutable`: rejected because a field of the live object can't be changed.
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

/** Why a call to a member cluster failed. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly reason: ClusterErrorReason;
  /** Milliseconds after which the server wants to be asked again, if it says so. */
  readonly retryAfterMs: number | undefined;
  /** Paths of the fields that may not be there beside others, as the API server writes them. */
  readonly forbiddenFields: readonly string[];
  constructor(reason: ClusterErrorReason, message: string, options: ClusterErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.forbiddenFields = options.forbiddenFields ?? [];
  }

  /** Whether trying again as it is will not help. */
  get isLasting(): boolean {
    return ['rejected', 'forbidden', 'immutable'].includes(this.reason);
  }
}
