/** Decides when a cluster may be changed. */
import type { ChangeWindow } from '#model/sync-settings.ts';
import { isAmong } from './scope.ts';

/** The state outside of all change windows of a cluster. */
export interface Closed {
  /** Why nothing is written, as a clause. */
  readonly reason: string;
  readonly drift: ChangeWindow['drift'];
}

/**
 * Returns the restrictions outside of a cluster's windows; undefined inside a window, or if the cluster
 * has none. Windows follow local clocks: a start that is skipped in spring opens the window an hour
 * later, and a time that repeats in autumn is inside the window twice.
 *
 * @param now - milliseconds since the epoch
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
  // The most restrictive window wins.
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

/** `Mon` and `22:30`. */
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
