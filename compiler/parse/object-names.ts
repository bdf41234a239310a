import type { Report } from '#model/diagnostic.ts';
import { isFieldMap, type KubeObject } from '#model/object.ts';
import { isName } from '#model/object-name.ts';
import type { RawObject } from './documents.ts';

/** Reports a name that no object of the kind can have. Lint finds names that only some rule of the API server forbids. */
export function hasValidName({ at }: RawObject, object: KubeObject, report: Report): boolean {
  const { kind, metadata } = object;
  if (isName(object, metadata.name)) return true;
  report({
    code: 'parse/invalid-value',
    severity: 'error',
    message: `${kind}: metadata.name is not a valid name of a Kubernetes object: ${JSON.stringify(metadata.name)}`,
    at: at('/metadata/name'),
    hint: 'change metadata.name: most kinds allow only a-z, 0-9, - and .',
  });
  return false;
}

/** Reports an object that leaves its name to the API server. Returns whether it does. */
export function reportGeneratedName({ value, at }: RawObject, report: Report): boolean {
  const { kind, metadata } = value;
  if (!isFieldMap(metadata) || metadata['name'] !== undefined) return false;
  if (typeof metadata['generateName'] !== 'string') return false;
  report({
    code: 'parse/generated-name',
    severity: 'error',
    message: `${kind} has metadata.generateName, from which the API server would generate a new name on each apply`,
    at: at('/metadata/generateName'),
    hint: 'give it a metadata.name: Regatta finds the objects of a cluster by their names',
  });
  return true;
}
