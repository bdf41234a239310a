import type { Report } from '#model/diagnostic.ts';
import { describeObject, gvkOf } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/**
 * Reports what Karmada would ask over a network, which a compile does not do: refusing is better than
 * placing without the answer.
 */
export function reportUnsupported({ object, at }: Sourced, report: Report): void {
  const { group } = gvkOf(object);
  if (group !== 'config.karmada.io' || object.kind === 'ResourceInterpreterCustomization') return;
  report({
    code: 'parse/not-supported',
    severity: 'error',
    message: `${describeObject(object)} sends objects to a webhook, and a compile asks nobody`,
    at: at(''),
    hint: 'say the same in Lua, in a ResourceInterpreterCustomization',
  });
}
