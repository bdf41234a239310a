import type { ClusterObject } from '#model/binding.ts';
import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import type { KnownSchemas } from '#model/schema.ts';
import type { CustomKind } from './definitions.ts';
import type { Fault } from './faults.ts';
import type { Finding, Findings } from './findings.ts';
import type { Validation } from './validate.ts';

/** Holds every different object against the schema of its kind. */
export function reportForms(validation: Validation, findings: Findings): void {
  for (const [object, on] of validation.distinct) {
    // What SOPS has encrypted has its form only when it is opened.
    if ('sops' in object) continue;
    const faults = validation.validators.builtinFaults(object);
    if (faults === undefined) reportCustom(object, on, validation, findings);
    else for (const fault of faults) findings.add(findingOf(fault, object, on));
  }
}

/** Clusters may have a kind by different definitions. */
function reportCustom(
  object: KubeObject,
  on: readonly ClusterObject[],
  { kinds, known, validators }: Validation,
  findings: Findings,
): void {
  const byKind = Map.groupBy(on, ({ cluster }) => kinds.of(object, cluster));
  for (const [custom, having] of byKind) {
    const version = custom && versionOf(object, custom);
    if (custom !== undefined && version === undefined) {
      findings.add({ ...wrongVersion(object, custom), on: having });
      continue;
    }
    const schema = version === undefined ? wellKnown(object, known) : version.schema;
    const faults = schema && validators.customFaults(schema, object);
    for (const fault of faults ?? []) findings.add(findingOf(fault, object, having));
    if (version !== undefined && faults === undefined) {
      findings.add({ ...unusable(object), on: having });
    }
  }
}

function versionOf(object: KubeObject, custom: CustomKind): CustomKind[number] | undefined {
  const { version } = gvkOf(object);
  return custom.find(({ name }) => name === version);
}

function wellKnown(object: KubeObject, { istio }: KnownSchemas) {
  const index = istio.kinds[`${object.apiVersion}/${object.kind}`];
  return index === undefined ? undefined : istio.schemas[index];
}

function wrongVersion(object: KubeObject, custom: CustomKind): Omit<Finding, 'on'> {
  const { version, kind } = gvkOf(object);
  return {
    code: 'validate/unknown-kind',
    severity: 'error',
    message: `${describeObject(object)} is of version ${version}, which the definition of ${kind} does not serve`,
    pointer: '/apiVersion',
    hint: `it serves ${custom.map(({ name }) => name).join(', ')}`,
  };
}

function unusable(object: KubeObject): Omit<Finding, 'on'> {
  return {
    code: 'validate/unusable-schema',
    severity: 'warning',
    message: `${describeObject(object)} was not validated: the schema in the definition of ${object.kind} is none`,
    pointer: '',
    hint: 'correct openAPIV3Schema in the CustomResourceDefinition',
  };
}

function findingOf(fault: Fault, object: KubeObject, on: readonly ClusterObject[]): Finding {
  const { pointer, field, complaint, hint } = fault;
  const title = describeObject(object);
  const place = { on, pointer, severity: 'error' as const, ...(hint !== undefined && { hint }) };
  switch (fault.type) {
    case 'unknown': {
      const message = `${title} has a field ${field} that its kind does not know`;
      return { ...place, code: 'validate/unknown-field', message };
    }
    case 'missing':
      return { ...place, code: 'validate/missing-field', message: `${title} lacks ${field}` };
    case 'invalid': {
      const message = `${title}: ${field} ${complaint}`;
      return { ...place, code: 'validate/invalid-value', message };
    }
    case 'duplicate': {
      const message = `${title}: ${field} ${complaint}`;
      return { ...place, code: 'validate/duplicate-item', message };
    }
  }
}
