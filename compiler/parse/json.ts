import type { Report } from '#model/diagnostic.ts';
import type { Locate } from '#model/source.ts';

/** Deeper than any Kubernetes object; an alias that contains itself has no end. */
const maxDepth = 200;

/** Honest texts stay below one value a character; these many more may come from aliases. */
const aliasAllowance = 100_000;

interface Walk {
  readonly at: Locate;
  readonly report: Report;
  values: number;
}

/**
 * Checks that a YAML document is JSON that can be kept and printed: no number that a double cannot
 * hold, nothing endless, no aliases that unfold to a multiple of the text. Reports the first fault.
 */
export function isJson(document: unknown, textLength: number, at: Locate, report: Report): boolean {
  const walk: Walk = { at, report, values: textLength + aliasAllowance };
  return check(document, '', 0, walk);
}

function check(value: unknown, pointer: string, depth: number, walk: Walk): boolean {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) {
    walk.report({
      code: 'parse/number-out-of-range',
      severity: 'error',
      message: `${value} cannot be kept exactly`,
      at: walk.at(pointer),
      hint: 'put it in quotes if its field takes a text, as quantities do',
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
    message: 'aliases make the document endless, or many times larger than its text',
    at: at(''),
    hint: 'write the values out',
  });
  return false;
}
