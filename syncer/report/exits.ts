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
  const redacted = (inner: unknown): unknown => {
    if (typeof inner === 'string') return redactor.redact(inner);
    if (Array.isArray(inner)) return inner.map(redacted);
    if (!isFieldMap(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([name, below]) => [name, redacted(below)]),
    );
  };
  return redacted(value) as T;
}
