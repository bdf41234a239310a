/** Durations in the format of kubectl: `45s`, `9m16s`, `17m`, `5h3m`, `2d`. */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * Formats a duration in milliseconds with two units while the first is small, and otherwise with
 * one.
 */
export function shortDuration(ms: number): string {
  if (ms < 0) return '0s';
  if (ms < 2 * minute) return `${Math.floor(ms / second)}s`;
  if (ms < 10 * minute) return both(ms, [minute, 'm'], [second, 's']);
  if (ms < 3 * hour) return `${Math.floor(ms / minute)}m`;
  if (ms < 8 * hour) return both(ms, [hour, 'h'], [minute, 'm']);
  if (ms < 2 * day) return `${Math.floor(ms / hour)}h`;
  if (ms < 8 * day) return both(ms, [day, 'd'], [hour, 'h']);
  if (ms < 2 * 365 * day) return `${Math.floor(ms / day)}d`;
  return `${Math.floor(ms / (365 * day))}y`;
}

type Unit = readonly [size: number, sign: string];

function both(ms: number, [large, largeSign]: Unit, [small, smallSign]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${largeSign}${rest === 0 ? '' : `${rest}${smallSign}`}`;
}

/** Formats the time since an RFC 3339 timestamp; `<unknown>` when it is undefined. */
export function ageOf(text: string | undefined): string {
  return text === undefined ? '<unknown>' : shortDuration(Date.now() - Date.parse(text));
}
