import type { Report } from '#model/diagnostic.ts';
import { fieldName, pointerTo } from '#model/pointer.ts';
import { looksSecret } from '#model/secret-name.ts';
import type { ValuesLayer } from './values.ts';

/**
 * Warns of integers in values that lose digits, because Helm reads each number of a values file as a double. Integers of 64 bits
 * that a double may not hold are bigints.
 */
export function reportRoundedValues({ values, at }: ValuesLayer, report: Report): void {
  visit(values, []);

  function visit(value: unknown, path: readonly string[]): void {
    if (typeof value === 'bigint') reportRounded(value, path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, [...path, key]);
    }
  }

  function reportRounded(value: bigint, path: readonly string[]): void {
    const rounded = BigInt(Number(value));
    if (rounded === value) return;
    // The number may be a password.
    const loss = path.some(looksSecret)
      ? 'loses digits'
      : `has ${value}, which the chart sees as ${rounded}`;
    report({
      code: 'build/rounded-value',
      severity: 'warning',
      message: `value ${fieldName(path)} ${loss}: Helm reads numbers as doubles`,
      at: at(pointerTo(path)),
      hint: 'put it in quotes: the template function int64 turns the string into the same integer',
    });
  }
}
