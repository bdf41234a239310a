import { killAfter } from '#io/watchdog.ts';

/** Maximum duration of a stop, in milliseconds. */
const stopMs = 8000;

/** Aborts at the first SIGTERM or SIGINT; a second one ends the process at once, as by default. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const end = () => {
    killAfter(stopMs);
    stop.abort();
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, end);
  return stop.signal;
}
