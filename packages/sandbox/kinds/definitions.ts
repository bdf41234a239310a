/**
 * Defaults and validation of CustomResourceDefinitions. resources/custom.ts serves the kinds that
 * they define.
 */
import { type Fields, fieldsAt, isFields, type KubeObject, textAt } from '../object.ts';
import { type Cause, invalidValue, required } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import type { Strategy } from './strategy.ts';

export const definitionStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    const names = ensureFields(spec, 'names');
    const kind = textAt(names, 'kind') ?? '';
    fill(names, { listKind: `${kind}List`, singular: kind.toLowerCase() });
    fill(ensureFields(spec, 'conversion'), { strategy: 'None' });
  },
  prepare(object, old) {
    if (old !== undefined) return;
    const stored = itemsOf(object.spec, 'versions').filter(({ storage }) => storage === true);
    object.status = {
      acceptedNames: { kind: '', plural: '' },
      conditions: [],
      storedVersions: stored.map(({ name }) => name ?? ''),
    };
  },
  validate(object, old) {
    const spec = fieldsAt(object, 'spec');
    return [
      ...nameFaults(object, spec),
      ...versionFaults(spec),
      ...(old === undefined ? [] : immutableFieldFaults(spec, fieldsAt(old, 'spec'))),
    ];
  },
};

function nameFaults({ metadata }: KubeObject, spec: Fields): Cause[] {
  const group = textAt(spec, 'group') ?? '';
  const plural = textAt(spec, 'names', 'plural') ?? '';
  const missing = [
    ...(group === '' ? [required('spec.group')] : []),
    ...(plural === '' ? [required('spec.names.plural')] : []),
    ...(textAt(spec, 'names', 'kind') ? [] : [required('spec.names.kind')]),
    ...(textAt(spec, 'scope') ? [] : [required('spec.scope')]),
  ];
  const expected = `${plural}.${group}`;
  if (missing.length > 0 || metadata.name === expected) return missing;
  return [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')];
}

function versionFaults(spec: Fields): Cause[] {
  const versions = itemsOf(spec, 'versions');
  const stored = versions.filter(({ storage }) => storage === true).length;
  const why = 'must have exactly one version marked as storage version';
  return [
    ...(stored === 1 ? [] : [invalidValue('spec.versions', versions, why)]),
    ...versions.flatMap((version, index) =>
      schemaFaults(version, `spec.versions[${index}].schema`),
    ),
  ];
}

function schemaFaults(version: Fields, path: string): Cause[] {
  const schema = fieldsAt(version, 'schema').openAPIV3Schema;
  if (!isFields(schema)) return [required(`${path}.openAPIV3Schema`, 'schemas are required')];
  if (schema.type === 'object') return [];
  const field = `${path}.openAPIV3Schema.type`;
  return [
    schema.type === undefined
      ? required(field, 'must not be empty at the root')
      : invalidValue(field, schema.type, 'must be object at the root'),
  ];
}

function immutableFieldFaults(spec: Fields, old: Fields): Cause[] {
  return ['group', 'scope']
    .filter((name) => spec[name] !== old[name])
    .map((name) => invalidValue(`spec.${name}`, spec[name], 'field is immutable'));
}
