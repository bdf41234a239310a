const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses `500ms`, `15s`, `1.5m` or `1h` as milliseconds. Returns undefined if the text is not a duration. */
export function durationMs(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const scale = units[unit ?? ''];
  return scale === undefined ? undefined : Number(digits) * scale;
}

/** Formats milliseconds in the largest unit that gives a whole number: `10m`. */
export function formatDuration(ms: number): string {
  const largest = Object.entries(units).findLast(([, scale]) => ms >= scale && ms % scale === 0);
  const [unit, scale] = largest ?? ['ms', 1];
  return `${ms / scale}${unit}`;
}

/** Formats milliseconds for people, in one unit and rounded down: `45s`, `3m` or `2h`. */
export function roundedDuration(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1000)}s`;
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)}m` : `${Math.floor(ms / 3_600_000)}h`;
}
