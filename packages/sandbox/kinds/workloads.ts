/** Defaults and validation of Deployments, ReplicaSets, StatefulSets and DaemonSets. */
import {
  equal,
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  numberAt,
  type Value,
  valueAt,
} from '../object.ts';
import { matchesLabels } from '../selectors.ts';
import { type Cause, invalidValue, required } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import { setTemplateDefaults } from './pod-spec.ts';
import { restartPolicyFaults, templateFaults } from './pod-spec-faults.ts';
import type { Strategy } from './strategy.ts';

const immutable = 'field is immutable';

export const deploymentStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    setTemplateDefaults(ensureFields(spec, 'template'));
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = ensureFields(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      fill(ensureFields(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    }
  },
  validate: replicatedFaults,
};

export const replicaSetStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    if (isFields(spec.template)) setTemplateDefaults(spec.template);
    fill(spec, { replicas: 1 });
  },
  validate: replicatedFaults,
};

export const statefulSetStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    setTemplateDefaults(ensureFields(spec, 'template'));
    fill(spec, {
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    const strategy = ensureFields(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      fill(ensureFields(strategy, 'rollingUpdate'), { maxUnavailable: 1, partition: 0 });
    }
    for (const claim of itemsOf(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
      fill(ensureFields(claim, 'spec'), { volumeMode: 'Filesystem' });
      fill(ensureFields(claim, 'status'), { phase: 'Pending' });
    }
  },
  validate(object, old) {
    const changed = old === undefined ? [] : statefulSetChanges(object, old);
    return [...replicaFaults(object), ...changed, ...selectorFaults(object), ...podFaults(object)];
  },
};

export const daemonSetStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    setTemplateDefaults(ensureFields(spec, 'template'));
    fill(spec, { revisionHistoryLimit: 10 });
    const strategy = ensureFields(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      fill(ensureFields(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
    }
  },
  validate(object, old) {
    const changed = old === undefined ? [] : immutableFieldFaults(object, old, ['selector']);
    return [...changed, ...selectorFaults(object), ...podFaults(object)];
  },
};

function replicatedFaults(object: KubeObject, old: KubeObject | undefined): Cause[] {
  return [
    ...replicaFaults(object),
    ...(old === undefined ? [] : immutableFieldFaults(object, old, ['selector'])),
    ...strategyFaults(fieldsAt(object, 'spec', 'strategy')),
    ...selectorFaults(object),
    ...podFaults(object),
  ];
}

function podFaults(object: KubeObject): Cause[] {
  const template = valueAt(object, 'spec', 'template');
  return [
    ...templateFaults(template, 'spec.template'),
    ...restartPolicyFaults(template, 'spec.template', ['Always']),
  ];
}

function replicaFaults(object: KubeObject): Cause[] {
  const replicas = numberAt(object, 'spec', 'replicas') ?? 0;
  const why = 'must be greater than or equal to 0';
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, why)] : [];
}

function strategyFaults(strategy: Fields): Cause[] {
  if (strategy.type !== 'Recreate' || strategy.rollingUpdate === undefined) return [];
  const message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
  return [{ reason: 'FieldValueForbidden', message, field: 'spec.strategy.rollingUpdate' }];
}

function selectorFaults(object: KubeObject): Cause[] {
  const selector = valueAt(object, 'spec', 'selector');
  const labels = valueAt(object, 'spec', 'template', 'metadata', 'labels') ?? null;
  const mismatch = '`selector` does not match template `labels`';
  const field = 'spec.template.metadata.labels';
  if (!isFields(selector))
    return [required('spec.selector'), invalidValue(field, labels, mismatch)];
  if (Object.keys(selector).length === 0) {
    return [invalidValue('spec.selector', {}, 'empty selector is invalid for deployment')];
  }
  return matchesLabels(selector, labels) ? [] : [invalidValue(field, labels, mismatch)];
}

function immutableFieldFaults(
  object: KubeObject,
  old: KubeObject,
  names: readonly string[],
): Cause[] {
  return names.flatMap((name) => {
    const value: Value = valueAt(object, 'spec', name) ?? null;
    if (equal(value, valueAt(old, 'spec', name) ?? null)) return [];
    return [invalidValue(`spec.${name}`, value, immutable)];
  });
}

const statefulSetMutable = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

function statefulSetChanges(object: KubeObject, old: KubeObject): Cause[] {
  const [before, after] = [fieldsAt(old, 'spec'), fieldsAt(object, 'spec')];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].some(
    (name) => !statefulSetMutable.has(name) && !equal(before[name], after[name]),
  );
  if (!changed) return [];
  const message =
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
}
