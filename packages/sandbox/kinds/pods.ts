/** Defaults and validation of pods. */
import { equal, type Fields, fieldsAt, isFields, type KubeObject } from '../object.ts';
import type { Cause } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import { containersOf, setPodSpecDefaults } from './pod-spec.ts';
import { podSpecFaults } from './pod-spec-faults.ts';
import type { Strategy } from './strategy.ts';

export const podStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    setPodSpecDefaults(spec);
    fill(spec, { enableServiceLinks: true });
    for (const container of containersOf(spec)) defaultRequestsToLimits(container);
  },
  prepare(object, old) {
    if (old !== undefined) return;
    admit(ensureFields(object, 'spec'));
    object.status = { phase: 'Pending', qosClass: qualityOfService(fieldsAt(object, 'spec')) };
  },
  validate(object, old) {
    const faults = podSpecFaults(fieldsAt(object, 'spec'), 'spec');
    return old === undefined ? faults : [...faults, ...changeFaults(object, old)];
  },
};

/** Sets the fields that the admission plugins of a real API server set. */
function admit(spec: Fields): void {
  fill(spec, {
    serviceAccountName: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: ['not-ready', 'unreachable'].map((state) => ({
      effect: 'NoExecute',
      key: `node.kubernetes.io/${state}`,
      operator: 'Exists',
      tolerationSeconds: 300,
    })),
  });
  fill(spec, { serviceAccount: spec.serviceAccountName ?? 'default' });
}

function defaultRequestsToLimits(container: Fields): void {
  const resources = ensureFields(container, 'resources');
  if (isFields(resources.limits)) fill(ensureFields(resources, 'requests'), resources.limits);
}

function qualityOfService(spec: Fields): string {
  const containers = containersOf(spec).map(({ resources }) => resources);
  if (containers.every((resources) => Object.keys(fieldsAt(resources)).length === 0)) {
    return 'BestEffort';
  }
  const guaranteed = containers.every((resources) => {
    const limits = fieldsAt(resources, 'limits');
    return 'cpu' in limits && 'memory' in limits && equal(limits, fieldsAt(resources, 'requests'));
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const mutableFields = [
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'nodeName',
];

function changeFaults(object: KubeObject, old: KubeObject): Cause[] {
  if (equal(withoutMutableFields(object), withoutMutableFields(old))) return [];
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message, field: 'spec' }];
}

function withoutMutableFields(object: KubeObject): Fields {
  const spec = structuredClone(fieldsAt(object, 'spec'));
  for (const name of mutableFields) delete spec[name];
  for (const list of ['initContainers', 'containers']) {
    for (const container of itemsOf(spec, list)) delete container.image;
  }
  return spec;
}
