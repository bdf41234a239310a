/**
 * The outputs through which texts leave the syncer: events, turns, and Events in the members. The log has a
 * separate redactor.
 */
import { isFieldMap } from '#model/object.ts';
import type { Redactor } from '#model/redaction.ts';
import type { ReportEvent } from './events.ts';
import type { OnTurn } from './turns.ts';

/** What receives texts of the syncer. */
interface Exits {
  readonly report: ReportEvent;
  readonly turned?: OnTurn | undefined;
}

/** Returns the exits behind a redactor, which hides opened values and credentials of addresses in each text. */
export function redactedExits({ report, turned }: Exits, redactor: Redactor): Exits {
  return {
    report: (event) => report(redactTexts(event, redactor)),
    ...(turned && { turned: (turn) => turned(redactTexts(turn, redactor)) }),
  };
}

/** Returns a value with opened values and credentials of addresses hidden in each of its texts. */
export function redactTexts<T>(value: T, redactor: Redactor): T {
  return redacted(value, redactor) as T;
}

/** Returns the value itself if it holds nothing to hide, as most events and turns do. */
function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => redacted(item, redactor));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isFieldMap(value)) return value;
  let changed: Map<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const below = redacted(value[name], redactor);
    if (below === value[name]) continue;
    changed ??= new Map(Object.entries(value));
    changed.set(name, below);
  }
  return changed === undefined ? value : Object.fromEntries(changed);
}
