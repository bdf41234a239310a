/** Defaults and validation of Namespaces, ConfigMaps, Secrets and role bindings. */
import { equal, fieldsAt, isFields, type KubeObject, textAt } from '../object.ts';
import { type Cause, invalidValue, required } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import { labelFaults } from './names.ts';
import type { Strategy } from './strategy.ts';

export const namespaceStrategy: Strategy = {
  prepare(object, old) {
    const { metadata } = object;
    metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
    if (old !== undefined) {
      object.spec = structuredClone(old.spec ?? {});
      return;
    }
    object.spec = { finalizers: ['kubernetes'] };
    object.status = { phase: 'Active' };
  },
  validate(object, old) {
    return old === undefined ? labelFaults('metadata.name', object.metadata.name) : [];
  },
};

export const configMapStrategy: Strategy = {
  validate(object, old) {
    return [...keyFaults(object, ['data', 'binaryData']), ...immutableFaults(object, old)];
  },
};

export const secretStrategy: Strategy = {
  setDefaults(object) {
    fill(object, { type: 'Opaque' });
    const plain = Object.entries(fieldsAt(object, 'stringData'));
    if (plain.length > 0) {
      const data = ensureFields(object, 'data');
      for (const [key, value] of plain) {
        data[key] = Buffer.from(String(value)).toString('base64');
      }
    }
    delete object.stringData;
  },
  validate(object, old) {
    const faults = [...keyFaults(object, ['data']), ...immutableFaults(object, old)];
    if (old === undefined || old.type === object.type) return faults;
    return [...faults, invalidValue('type', object.type, 'field is immutable')];
  },
};

function keyFaults(object: KubeObject, maps: readonly string[]): Cause[] {
  const why =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  return maps.flatMap((map) =>
    Object.keys(fieldsAt(object, map))
      .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
      .map((key) => invalidValue(`${map}[${key}]`, key, why)),
  );
}

function immutableFaults(object: KubeObject, old: KubeObject | undefined): Cause[] {
  if (old?.immutable !== true) return [];
  return ['data', 'binaryData', 'immutable']
    .filter((field) => !equal(object[field], old[field]))
    .map((field) => ({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
      field,
    }));
}

const rbacGroup = 'rbac.authorization.k8s.io';

export const bindingStrategy: Strategy = {
  setDefaults(object) {
    fill(ensureFields(object, 'roleRef'), { apiGroup: rbacGroup });
    for (const subject of itemsOf(object, 'subjects')) {
      if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup: rbacGroup });
    }
  },
  validate(object, old) {
    const name = textAt(object, 'roleRef', 'name') ?? '';
    const missing = name === '' ? [required('roleRef.name')] : [];
    if (old === undefined || equal(object.roleRef, old.roleRef)) return missing;
    const value = isFields(object.roleRef) ? object.roleRef : {};
    return [...missing, invalidValue('roleRef', value, 'cannot change roleRef')];
  },
};
