import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import { reservedField } from '#model/reserved.ts';
import type { Sourced } from '#model/source.ts';

/** Reports an object in which Regatta keeps its own state, and labels and annotations of the syncer. */
export function reportReserved({ object, at }: Sourced, report: Report): void {
  const field = reservedField(object);
  if (field === undefined) return;
  const { pointer, reason } = field;
  const isName = pointer === '/metadata/name';
  report({
    code: 'parse/reserved',
    severity: 'error',
    message: `${describeObject(object)} ${reason}`,
    at: at(pointer, { key: !isName }),
    hint: isName ? 'choose another name or namespace' : 'remove it from the template',
  });
}
