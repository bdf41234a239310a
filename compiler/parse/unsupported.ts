import type { Report } from '#model/diagnostic.ts';
import { describeObject, gvkOf } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/**
 * Reports kinds with which Karmada calls a webhook. A compile has no network access, and must not
 * place objects without the answer.
 */
export function reportUnsupported({ object, at }: Sourced, report: Report): void {
  const { group } = gvkOf(object);
  if (group !== 'config.karmada.io' || object.kind === 'ResourceInterpreterCustomization') return;
  report({
    code: 'parse/not-supported',
    severity: 'error',
    message: `${describeObject(object)} calls a webhook, which an offline compile cannot do`,
    at: at(''),
    hint: 'implement it in Lua, in a ResourceInterpreterCustomization',
  });
}
