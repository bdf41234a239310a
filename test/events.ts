import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SyncEvent } from '#syncer/report/events.ts';

type Fields = Readonly<Record<string, string | boolean | RegExp>>;

/** Asserts that one of the events has all these fields; a RegExp matches a part of a text. */
export function assertEvent(
  events: readonly (SyncEvent | undefined)[],
  fields: Fields & { readonly type: SyncEvent['type'] },
): void {
  const found = events.some((event) => event !== undefined && hasFields(event, fields));
  assert.ok(found, `no event ${inspect(fields)} among ${inspect(events, { depth: 4 })}`);
}

/** Asserts that a commit was rejected, with a diagnostic that has all these fields. */
export function assertRejected(events: readonly SyncEvent[], fields: Fields): void {
  const rejected = events.filter((event) => event.type === 'rejected-commit');
  const diagnostics = rejected.flatMap((event) => event.diagnostics);
  const found = diagnostics.some((diagnostic) => hasFields(diagnostic, fields));
  assert.ok(found, `no diagnostic ${inspect(fields)} among ${inspect(events, { depth: 4 })}`);
}

function hasFields(object: object, fields: Fields): boolean {
  const values = new Map(Object.entries(object));
  return Object.entries(fields).every(([name, expected]) => {
    const actual = values.get(name);
    if (!(expected instanceof RegExp)) return actual === expected;
    return typeof actual === 'string' && expected.test(actual);
  });
}
