import { watch } from 'chokidar';

/** Editors and git write many files at once; this long after the last one it is quiet. */
const settleMs = 100;

/**
 * Calls `changed` once as soon as nothing can be missed, and then whenever files at or below the
 * given paths were added, changed or removed: once for those that come together, and never while a
 * call is still under way. Paths may not exist yet. Ends with the signal; a call that fails ends it
 * with that error.
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
