/** A signal that never aborts, for writes, because a stop lets the object in progress finish. The port limits their time. */
export const noAbort: AbortSignal = new AbortController().signal;
