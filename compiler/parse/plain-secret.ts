import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/** Warns of a Secret that every reader of the repository can read. */
export function reportPlainSecret({ object, at }: Sourced, report: Report): void {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || 'sops' in object) return;
  const field = ['data', 'stringData'].find((name) => Object.keys(object[name] ?? {}).length > 0);
  if (field === undefined) return;
  const place = at(`/${field}`, { key: true });
  report({
    code: 'parse/plain-secret',
    severity: 'warning',
    message: `${describeObject(object)} is not encrypted: every reader of the repository can read it`,
    at: place,
    hint: `encrypt it with SOPS: sops encrypt --in-place --encrypted-regex '^(data|stringData)$' ${place.file}`,
  });
}
