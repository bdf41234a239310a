/** Another syncer holds the Lease. */
export interface HeldByOther {
  readonly type: 'held-by-other';
  /** The `holderIdentity` of the Lease; `another syncer` if the Lease names none. */
  readonly holder: string;
  /** Set if the holder has brought the cluster to the commit that this syncer asked for. */
  readonly isDone?: true;
  /** Milliseconds after which the caller should call `take` again. */
  readonly pauseMs: number;
}

/**
 * The result of `take`. `acquired` means that this syncer did not hold the Lease before, so that another
 * syncer may have written to the cluster since.
 */
export type LeaseState = { readonly type: 'holding'; readonly acquired: boolean } | HeldByOther;
