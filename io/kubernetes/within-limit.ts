import { onAbort } from './on-abort.ts';

/** Maximum time for credentials, in milliseconds: a credential plugin has 20 s. */
const credentialsMs = 22_000;

/**
 * Returns the credentials as soon as they are there. A credential plugin may not end, so that neither a stop nor
 * a turn waits for it.
 *
 * @throws the signal's reason when it aborts first, or Error when the credentials take too long
 */
export async function withinLimit<T>(credentials: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no credentials within ${credentialsMs / 1000} s`)),
    credentialsMs,
  );
  const stop = onAbort(signal, () => reject(signal.reason));
  try {
    return await Promise.race([credentials, late]);
  } finally {
    clearTimeout(timer);
    stop[Symbol.dispose]();
    credentials.catch(() => {});
  }
}
