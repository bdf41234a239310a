/**
 * Lets the process live when the HTTP client closes an HTTP/2 connection that nobody uses any more:
 * where a watch on it was just ended, it does so with an error that nobody can listen to. What was
 * asked is not concerned; the next request opens another connection. Any other fault ends the
 * process as before.
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
