import { watch } from 'chokidar';

/** Changes within this time, in milliseconds, count as one: editors and git write many files at once. */
const settleMs = 100;

/**
 * Calls `changed` once when the watch is established, and then after each batch of files that were
 * added, changed or removed at or below the given paths. Calls never overlap. The paths need not
 * exist yet. Resolves when the signal aborts; rejects when a call rejects.
 */
export async function watchPaths(
  paths: readonly string[],
  changed: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watcher = watch([...paths], { ignoreInitial: true, followSymlinks: false });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  watcher.on('error', reject);
  const call = () => {
    running = running.then(changed);
    running.catch(reject);
  };
  watcher.on('ready', call);
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(call, settleMs);
  });
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  try {
    await ended;
    await running;
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
