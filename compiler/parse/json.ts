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
  /** Field names and indices from the document to the value, which become a pointer only in a report. */
  readonly path: string[];
}

/**
 * Checks that a YAML document is JSON of limited size: every number is finite, and aliases
 * unfold neither endlessly nor to a multiple of the text. Reports the first fault.
 */
export function isJson(document: unknown, textLength: number, at: Locate, report: Report): boolean {
  const walk: Walk = { at, report, values: textLength + aliasAllowance, path: [] };
  return check(document, walk);
}

function check(value: unknown, walk: Walk): boolean {
  if (typeof value === 'number' && !Number.isFinite(value)) return reportNumber(value, walk);
  if (typeof value !== 'object' || value === null) return true;
  const { path } = walk;
  if (path.length > maxDepth || --walk.values < 0) return reportTooLarge(walk);
  for (const key in value) {
    path.push(key);
    walk.values--;
    if (!check((value as Readonly<Record<string, unknown>>)[key], walk)) return false;
    path.pop();
  }
  return true;
}

function reportNumber(value: number, { at, report, path }: Walk): false {
  const pointer = path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  report({
    code: 'parse/number-out-of-range',
    severity: 'error',
    message: `${value} has no representation in JSON`,
    at: at(pointer.join('')),
    hint: 'quote it if its field is a text, such as a quantity',
  });
  return false;
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
