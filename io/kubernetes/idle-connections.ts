/**
 * Returns whether an uncaught error is the one that undici emits for an idle HTTP/2 connection that it
 * closes, on which a watch has just ended. No listener can handle it, no request is affected, and the
 * next request opens a new connection.
 */
export function isIdleConnection(error: Error & { readonly code?: string }): boolean {
  return error.code === 'UND_ERR_INFO' && error.message === 'socket idle timeout';
}
