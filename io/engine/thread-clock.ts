/** Later than the time at which `npm run engines` stores the state of a started program, in nanoseconds. */
const start = 3_600_000_000_000n;

/**
 * Returns a monotonic clock that shows the processor time of this thread, in nanoseconds. Go's collector measures with it
 * how fast a program allocates. With a clock that advances while the thread waits for a processor, the collector
 * would start too late on a busy machine, and a build would exceed its memory.
 */
export function threadClock(): () => bigint {
  let last = start;
  return () => {
    const { user, system } = process.threadCpuUsage();
    const now = start + BigInt(user + system) * 1000n;
    last = now > last ? now : last + 1n;
    return last;
  };
}
