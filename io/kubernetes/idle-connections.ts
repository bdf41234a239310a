/**
 * Keeps the process alive when undici closes an idle HTTP/2 connection. If a watch on that connection
 * has just ended, undici emits an error that no listener can handle. No request is affected, and the
 * next one opens a new connection. Any other uncaught exception ends the process as usual.
 */
export function surviveIdleConnections(): void {
  process.on('uncaughtException', (error: Error & { readonly code?: string }) => {
    if (isIdleConnection(error)) return;
    console.error(error);
    process.exit(1);
  });
}

function isIdleConnection(error: Error & { readonly code?: string }): boolean {
  return error.code === 'UND_ERR_INFO' && error.message === 'socket idle timeout';
}
