/** For writes: a stop lets the object in hand finish. Their time is bounded by the port. */
export const noAbort: AbortSignal = new AbortController().signal;
