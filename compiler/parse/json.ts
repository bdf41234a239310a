import type { Report } from '#model/diagnostic.ts';
import type { Locate } from '#model/source.ts';

/**
 * Maximum depth of nested values, which no Kubernetes object reaches. An alias that contains itself is
 * infinitely deep.
 */
const maxDepth = 200;

/** Maximum number of values beyond one for each character, which only aliases can produce. */
const aliasAllowance = 100_000;

interface Walk {
  readonly at: Locate;
  readonly report: Report;
  values: number;
}

/**
 * Checks that a YAML document is JSON of limited size: every number is finite, and aliases
 * unfold neither endlessly nor to a multiple of the text. Reports the first fault.
 */
export function isJson(document: unknown, textLength: number, at: Locate, report: Report): boolean {
  const walk: Walk = { at, report, values: textLength + aliasAllowance };
  return check(document, '', 0, walk);
}

function check(value: unknown, pointer: string, depth: number, walk: Walk): boolean {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    walk.report({
      code: 'parse/number-out-of-range',
      severity: 'error',
      message: `${value} has no representation in JSON`,
      at: walk.at(pointer),
      hint: 'quote it if its field is a text, such as a quantity',
    });
    return false;
  }
  if (typeof value !== 'object' || value === null) return true;
  if (depth > maxDepth || --walk.values < 0) return reportTooLarge(walk);
  for (const [key, member] of Object.entries(value)) {
    const token = key.replaceAll('~', '~0').replaceAll('/', '~1');
    walk.values--;
    if (!check(member, `${pointer}/${token}`, depth + 1, walk)) return false;
  }
  return true;
}

function reportTooLarge({ at, report }: Walk): false {
  report({
    code: 'parse/too-large',
    severity: 'error',
    message: 'aliases unfold the document endlessly or to a multiple of its text',
    at: at(''),
    hint: 'replace the aliases by their values',
  });
  return false;
}
