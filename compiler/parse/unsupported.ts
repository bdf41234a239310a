import type { Report } from '#model/diagnostic.ts';
import { describeObject, gvkOf } from '#model/object.ts';
import { fieldName, pathOf, pointerTo } from '#model/pointer.ts';
import type { Sourced } from '#model/source.ts';

/** Fields that are read but not obeyed yet; `*` stands for every item. Absent, empty, false pass. */
const fields: Readonly<Record<string, readonly string[]>> = {
  PropagationPolicy: [],
};

/** Reports what this version would have to ignore: refusing is better than placing wrongly. */
export function reportUnsupported({ object, at }: Sourced, report: Report): void {
  const { group } = gvkOf(object);
  if (group === 'config.karmada.io' && object.kind !== 'ResourceInterpreterCustomization') {
    tell('', `kind ${object.kind}`);
  }
  if (group !== 'policy.karmada.io') return;
  const kind = object.kind.replace(/^Cluster/, '');
  for (const pointer of (fields[kind] ?? []).flatMap((field) => usesOf(object, pathOf(field)))) {
    tell(pointer, fieldName(pathOf(pointer)));
  }

  function tell(pointer: string, what: string): void {
    report({
      code: 'parse/not-supported',
      severity: 'error',
      message: `${describeObject(object)}: ${what} is not supported yet`,
      at: at(pointer, { key: pointer !== '' }),
    });
  }
}

/** Pointers to the values that a pattern finds, but for absent and empty ones. */
function usesOf(value: unknown, path: readonly string[], from: readonly string[] = []): string[] {
  const [key, ...rest] = path;
  if (key === undefined) return isUnused(value) ? [] : [pointerTo(from)];
  if (typeof value !== 'object' || value === null) return [];
  const keys = key === '*' ? Object.keys(value) : [key];
  return keys.flatMap((name) =>
    usesOf((value as Readonly<Record<string, unknown>>)[name], rest, [...from, name]),
  );
}

function isUnused(value: unknown): boolean {
  return (
    value === undefined ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}
