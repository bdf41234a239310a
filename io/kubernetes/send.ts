import type { Dispatcher } from 'undici';
import { WriteCut } from '#syncer/ports/cluster.ts';
import { onAbort } from './on-abort.ts';

/** How undici sends a request. It aborts the request with the signal. */
export interface SendHow {
  readonly dispatcher: Dispatcher;
  readonly signal?: AbortSignal;
}

/** A request that is ready to be sent. */
interface Outgoing {
  readonly hasBody: boolean;
  readonly dispatcher: Dispatcher;
  readonly send: (how: SendHow) => Promise<Dispatcher.ResponseData>;
  /** Closes the connections of the dispatcher, and makes later requests open others. */
  readonly disconnect: () => void;
}

/**
 * Sends a request until its signal aborts.
 *
 * A request with a body is dropped only while it waits for a connection. After that, undici must not abort it in
 * HTTP/2: if streams close while Node.js (tried: 24.21) sends their bodies, its send loop never ends and the
 * process stands still. The server then goes on with the request. If it must not, because the signal's reason is
 * `WriteCut`, all connections to the server are closed.
 */
export async function sendUntil(
  { hasBody, dispatcher, send, disconnect }: Outgoing,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  if (!hasBody) return send({ dispatcher, signal });
  const cut = onAbort(signal, () => {
    if (signal.reason instanceof WriteCut) disconnect();
  });
  try {
    return await send({ dispatcher: dispatcher.compose(unlessAborted(signal)) });
  } finally {
    cut[Symbol.dispose]();
  }
}

/** Drops a request whose signal aborts before the request begins. */
function unlessAborted(signal: AbortSignal): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => {
        if (signal.aborted) controller.abort(signal.reason);
        else handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...start) => handler.onResponseStart?.(...start),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...error) => handler.onResponseError?.(...error),
    });
}

/** Resolves with the work, or rejects as soon as the signal aborts. The work goes on, and its result is discarded. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {});
  signal.throwIfAborted();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = onAbort(signal, () => reject(signal.reason));
  return Promise.race([work, stopped]).finally(() => stop[Symbol.dispose]());
}
