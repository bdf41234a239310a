import { systemClock } from '#io/clock.ts';
import { errorMessage } from '#model/error.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import { isGood, type SyncStatus } from '#syncer/status/status.ts';
import { printErrors } from '../print/output.ts';
import {
  type AskOptions,
  type OpenFleet,
  openingMs,
  statusesOf,
  tryOpenFleet,
} from './ask-fleet.ts';
import type { Found } from './exit.ts';
import { withRenditions } from './rendition.ts';

interface WatchOptions extends AskOptions {
  /** Pause between two statuses, in milliseconds. */
  readonly interval: number;
}

/** Shows the newest status of the clusters. */
type Show = (statuses: readonly SyncStatus[]) => Promise<void>;

/** Returns what the status of clusters means for the exit status. */
export function foundIn(statuses: readonly SyncStatus[]): Found {
  const verdicts = statuses.map(isGood);
  return {
    faults: verdicts.includes(false),
    unknown: verdicts.includes(undefined),
    refused: statuses.some(({ held }) => held.length > 0),
  };
}

/**
 * Shows the status of the clusters again and again, until SIGINT or SIGTERM. If the repository cannot be read in
 * between, the watch prints the reason and continues.
 *
 * @returns what the last status found
 */
export async function watchStatus(repo: string, options: WatchOptions, show: Show): Promise<Found> {
  const { signal, ended } = stopRequest();
  let last: Found = { unknown: true };
  const rounds = async (fleet: OpenFleet) => {
    while (!signal.aborted) {
      last = await askOnce(fleet, options, show);
      await systemClock.sleep(options.interval, signal).catch(() => {});
    }
  };
  const opened = async (fleet: OpenFleet) => fleet;
  await Promise.race([tryOpenFleet(repo, options, opened, rounds), ended]);
  return last;
}

/** Returns a signal that the user's first SIGINT or SIGTERM aborts, and a promise that ends with it. */
function stopRequest(): { readonly signal: AbortSignal; readonly ended: Promise<void> } {
  const stop = new AbortController();
  const ended = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return { signal: stop.signal, ended };
}

async function askOnce(fleet: OpenFleet, options: WatchOptions, show: Show): Promise<Found> {
  try {
    const deadline = new Deadline(systemClock, options.timeout + openingMs);
    const statuses = await withRenditions(
      await deadline.wait('the repository', statusesOf(fleet, options)),
    );
    await show(statuses);
    return foundIn(statuses);
  } catch (error) {
    printErrors([`regatta: ${errorMessage(error)}`]);
    return { unknown: true };
  }
}
