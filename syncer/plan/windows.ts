/** Decides by the change windows in regatta.yaml when the syncer may change a cluster. */

import { isAmong } from '#model/name-pattern.ts';
import type { ChangeWindow } from '#model/sync-settings.ts';

/** What applies to a cluster outside of all its change windows. */
export interface Closed {
  /** Why the syncer postpones changes, as a clause such as `outside of its change windows: …`. */
  readonly reason: string;
  /** How the syncer handles drift until a window opens. */
  readonly drift: ChangeWindow['drift'];
}

/**
 * Returns the restrictions that apply to a cluster at a moment; undefined if the moment is inside one of the
 * cluster's windows, or the cluster has none. Windows follow the clocks of their time zone: if these skip
 * the start of a window in spring, the window opens right after the gap, and a time that they repeat in
 * autumn is inside the window twice.
 *
 * @param windows - the windows of all clusters
 * @param cluster - the name of the cluster
 * @param now - the moment, in milliseconds since the epoch
 */
export function closedAt(
  windows: readonly ChangeWindow[],
  cluster: string,
  now: number,
): Closed | undefined {
  const own = windows.filter(({ clusters }) => isAmong(clusters, cluster));
  const [first] = own;
  if (first === undefined || own.some((window) => isOpen(window, now))) return undefined;
  const reason = `outside of its change windows: ${own.map(describe).join('; ')}`;
  // If the windows differ about drift, the more restrictive one wins.
  const drift = own.some((window) => window.drift === 'report') ? 'report' : 'correct';
  return { reason, drift };
}

function isOpen({ days, from, to, timeZone }: ChangeWindow, now: number): boolean {
  const { day, time } = localTime(timeZone, now);
  const beginsOn = (name: string) => days?.some((one) => one === name) ?? true;
  if (from < to) return beginsOn(day) && from <= time && time < to;
  return (beginsOn(day) && from <= time) || (beginsOn(dayBefore(day)) && time < to);
}

const week = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function dayBefore(day: string): string {
  return week[(week.indexOf(day) + 6) % 7] ?? '';
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the weekday and the time in a time zone, such as `Mon` and `22:30`. */
function localTime(timeZone: string, now: number): { readonly day: string; readonly time: string } {
  const format = formats.get(timeZone) ?? formatFor(timeZone);
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return { day: parts.get('weekday') ?? '', time: `${parts.get('hour')}:${parts.get('minute')}` };
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function describe({ days, from, to, timeZone }: ChangeWindow): string {
  return `${days?.join(', ') ?? 'each day'} ${from}–${to} ${timeZone}`;
}
