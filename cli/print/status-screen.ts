import { systemClock } from '#io/clock.ts';
import type { SyncStatus } from '#syncer/status/status.ts';
import { paintCluster } from './colour.ts';
import { secondOf } from './events.ts';
import { isTerminal, printData, printLines, redraw } from './output.ts';

/** Formats the status of clusters for people. */
type Format = (statuses: readonly SyncStatus[]) => Promise<readonly string[]>;

/**
 * Returns a function that shows a status in place of the one before on a terminal. Other output gets each status that
 * differs from the one before, with its time.
 *
 * @param intervalMs - pause between two statuses, in milliseconds
 */
export function statusScreen(
  output: 'text' | 'wide' | 'json' | 'yaml',
  intervalMs: number,
  format: Format,
): (statuses: readonly SyncStatus[]) => Promise<void> {
  const again = `again every ${intervalMs / 1000} s; Ctrl+C ends`;
  let before: string | undefined;
  return async (statuses) => {
    const time = secondOf(systemClock.now());
    const isText = output === 'text' || output === 'wide';
    const lines = isText ? await format(statuses) : [];
    if (isText && isTerminal()) return redraw([`${time}, ${again}`, '', ...lines], paintCluster);
    const text = isText ? lines.join('\n') : JSON.stringify(statuses);
    if (text === before) return;
    before = text;
    if (isText) printLines([time, ...lines, ''], paintCluster);
    else printData(statuses, output, '---');
  };
}
