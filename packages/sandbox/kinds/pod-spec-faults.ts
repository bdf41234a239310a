/** Validation of pod specs: the checks that authors meet most often. */
import { type Fields, fieldsAt, numberAt, textAt, type Value } from '../object.ts';
import { type Cause, duplicate, invalidValue, required, unsupported } from '../status.ts';
import { itemsOf } from './fill.ts';
import { labelFaults } from './names.ts';
import { containersOf } from './pod-spec.ts';

/** Validates the pod template at `path`. */
export function templateFaults(template: Value | undefined, path: string): Cause[] {
  return podSpecFaults(fieldsAt(template, 'spec'), `${path}.spec`);
}

/** Validates the pod spec at `path`. */
export function podSpecFaults(spec: Fields, path: string): Cause[] {
  const containers = itemsOf(spec, 'containers');
  const missing = containers.length === 0 ? [required(`${path}.containers`)] : [];
  const volumes = new Set(itemsOf(spec, 'volumes').map(({ name }) => name));
  return [
    ...missing,
    ...volumeFaults(spec, path),
    ...['initContainers', 'containers'].flatMap((list) =>
      itemsOf(spec, list).flatMap((container, index) =>
        containerFaults(container, `${path}.${list}[${index}]`, volumes),
      ),
    ),
    ...repeatedNames(spec, path),
  ];
}

function containerFaults(
  container: Fields,
  path: string,
  volumes: ReadonlySet<Value | undefined>,
): Cause[] {
  const name = textAt(container, 'name') ?? '';
  const image = textAt(container, 'image') ?? '';
  return [
    ...(name === '' ? [required(`${path}.name`)] : labelFaults(`${path}.name`, name)),
    ...(image === '' ? [required(`${path}.image`)] : []),
    ...itemsOf(container, 'ports').flatMap((port, index) =>
      portFaults(port, `${path}.ports[${index}]`),
    ),
    ...itemsOf(container, 'env')
      .map((variable, index) => ({ variable, index }))
      .filter(({ variable }) => (textAt(variable, 'name') ?? '') === '')
      .map(({ index }) => required(`${path}.env[${index}].name`)),
    ...mountFaults(container, path, volumes),
  ];
}

function mountFaults(
  container: Fields,
  path: string,
  volumes: ReadonlySet<Value | undefined>,
): Cause[] {
  return itemsOf(container, 'volumeMounts').flatMap((mount, index) => {
    if (volumes.has(mount.name)) return [];
    const field = `${path}.volumeMounts[${index}].name`;
    return [{ reason: 'FieldValueNotFound', message: `Not found: "${mount.name ?? ''}"`, field }];
  });
}

function portFaults(port: Fields, path: string): Cause[] {
  const number = numberAt(port, 'containerPort') ?? 0;
  if (number === 0) return [required(`${path}.containerPort`)];
  if (number >= 1 && number <= 65535) return [];
  return [invalidValue(`${path}.containerPort`, number, 'must be between 1 and 65535, inclusive')];
}

function volumeFaults(spec: Fields, path: string): Cause[] {
  return itemsOf(spec, 'volumes').flatMap((volume, index) => {
    const field = `${path}.volumes[${index}].name`;
    const name = textAt(volume, 'name') ?? '';
    return name === '' ? [required(field)] : labelFaults(field, name);
  });
}

function repeatedNames(spec: Fields, path: string): Cause[] {
  const seen = new Set<Value | undefined>();
  return containersOf(spec).flatMap((container) => {
    if (!seen.has(container.name)) {
      seen.add(container.name);
      return [];
    }
    const list = itemsOf(spec, 'containers').includes(container) ? 'containers' : 'initContainers';
    const index = itemsOf(spec, list).lastIndexOf(container);
    return [duplicate(`${path}.${list}[${index}].name`, container.name)];
  });
}

/** Checks that the restart policy of a template is one of `allowed`. */
export function restartPolicyFaults(
  template: Value | undefined,
  path: string,
  allowed: readonly string[],
): Cause[] {
  const policy = textAt(template, 'spec', 'restartPolicy');
  if (policy !== undefined && allowed.includes(policy)) return [];
  return [unsupported(`${path}.spec.restartPolicy`, policy ?? '', allowed)];
}
