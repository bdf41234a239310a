import type { Report } from '#model/diagnostic.ts';
import { pathToLeaf } from '#model/leaf.ts';
import { pointerTo } from '#model/pointer.ts';
import type { Locate } from '#model/source.ts';

/**
 * Maximum depth of nested values, which no Kubernetes object reaches. An alias that contains itself is
 * infinitely deep.
 */
const maxDepth = 200;

/** Maximum number of values beyond one for each character, which only aliases can produce. */
const aliasAllowance = 100_000;

/** How many values a document may still have. */
interface Allowance {
  values: number;
}

/**
 * Checks that a YAML document is JSON of limited size: every number is finite, and aliases
 * unfold neither endlessly nor to a multiple of the text. Reports the first fault.
 */
export function isJson(document: unknown, textLength: number, at: Locate, report: Report): boolean {
  const fault = faultIn(document, 0, { values: textLength + aliasAllowance });
  if (fault === 'too-large') reportTooLarge(at, report);
  else if (fault !== undefined) reportNumber(fault, document, at, report);
  return fault === undefined;
}

/** Returns the first number that is not finite, or 'too-large' if too many values come before it. */
function faultIn(
  value: unknown,
  depth: number,
  allowance: Allowance,
): number | 'too-large' | undefined {
  if (isOutOfRange(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth || --allowance.values < 0) return 'too-large';
  for (const key of Object.keys(value)) {
    allowance.values--;
    const member = (value as Readonly<Record<string, unknown>>)[key];
    const fault = faultIn(member, depth + 1, allowance);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isOutOfRange(value: unknown): value is number {
  return typeof value === 'number' && !Number.isFinite(value);
}

function reportNumber(value: number, document: unknown, at: Locate, report: Report): void {
  report({
    code: 'parse/number-out-of-range',
    severity: 'error',
    message: `${value} has no representation in JSON`,
    at: at(pointerTo(pathToLeaf(document, isOutOfRange) ?? [])),
    hint: 'quote it if its field is a string, such as a quantity',
  });
}

function reportTooLarge(at: Locate, report: Report): void {
  report({
    code: 'parse/too-large',
    severity: 'error',
    message: 'aliases expand the document endlessly, or to many times its size',
    at: at(''),
    hint: 'replace the aliases with their values',
  });
}
