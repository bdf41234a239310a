/** Assertions on the output of kubectl. */
import assert from 'node:assert/strict';
import type { Printed } from './member.ts';

/** Asserts that the command succeeded and returns its output. */
export function succeeded({ status, out, err }: Printed): string {
  assert.equal(status, 0, err || out);
  return out;
}

/** Asserts that the command succeeded and printed exactly `text`. */
export function prints(printed: Printed, text: string): void {
  assert.equal(succeeded(printed).trim(), text);
}

/** Asserts that the command succeeded and that its output matches `pattern`. */
export function match(printed: Printed, pattern: RegExp): void {
  assert.match(succeeded(printed), pattern);
}

/** Asserts that the command failed with status 1 and an error that matches `pattern`. */
export function fails({ status, err, out }: Printed, pattern: RegExp): void {
  assert.equal(status, 1, out);
  assert.match(err, pattern);
}
