import type { Report } from '#model/diagnostic.ts';
import { describeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';

/**
 * Warns of a Secret that every reader of the repository can read.
 *
 * @param isFromChart - whether a chart rendered the Secret
 */
export function reportPlainSecret(
  { object, at }: Sourced,
  isFromChart: boolean,
  report: Report,
): void {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || 'sops' in object) return;
  const field = ['data', 'stringData'].find((name) => Object.keys(object[name] ?? {}).length > 0);
  if (field === undefined) return;
  const place = at(`/${field}`, { key: true });
  report({
    code: 'parse/plain-secret',
    severity: 'warning',
    message: `${describeObject(object)} is not encrypted: every reader of the repository can read it`,
    at: place,
    hint: isFromChart ? chartCure : cureIn(place.file),
  });
}

const chartCure =
  'set the value by which the chart uses an existing Secret, and add that Secret, encrypted with SOPS, to the templates';

/** SOPS can encrypt the file of a Secret, and no input of a generator. */
function cureIn(file: string): string {
  return /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(file)
    ? 'write the Secret in a separate file in place of the generator, encrypt it with SOPS, and list it under resources'
    : `encrypt it with SOPS: sops encrypt --in-place --encrypted-regex '^(data|stringData)$' ${file}`;
}
