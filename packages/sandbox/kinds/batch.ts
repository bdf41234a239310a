/** Defaults and validation of Jobs and CronJobs. */
import {
  equal,
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  textAt,
  type Value,
  valueAt,
} from '../object.ts';
import { type Cause, invalidValue, required } from '../status.ts';
import { ensureFields, fill } from './fill.ts';
import { setTemplateDefaults } from './pod-spec.ts';
import { restartPolicyFaults, templateFaults } from './pod-spec-faults.ts';
import type { Strategy } from './strategy.ts';

const runOnce = ['OnFailure', 'Never'];

export const jobStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    setTemplateDefaults(ensureFields(spec, 'template'));
    if (spec.completions === undefined && spec.parallelism === undefined) {
      fill(spec, { completions: 1 });
    }
    fill(spec, {
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: isFields(spec.podFailurePolicy) ? 'Failed' : 'TerminatingOrFailed',
      suspend: false,
    });
  },
  prepare(object, old) {
    const spec = ensureFields(object, 'spec');
    if (old === undefined && spec.manualSelector !== true) setPodSelector(object, spec);
  },
  validate(object, old) {
    const template = valueAt(object, 'spec', 'template');
    return [
      ...templateFaults(template, 'spec.template'),
      ...restartPolicyFaults(template, 'spec.template', runOnce),
      ...(old === undefined ? [] : immutableFieldFaults(object, old)),
    ];
  },
};

/**
 * Sets labels with the uid of the Job and a selector for them, so that identical Jobs do not share
 * pods.
 */
function setPodSelector(object: KubeObject, spec: Fields): void {
  const uid = object.metadata.uid ?? '';
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': object.metadata.name,
    'controller-uid': uid,
    'job-name': object.metadata.name,
  };
  const template = ensureFields(ensureFields(spec, 'template'), 'metadata');
  Object.assign(ensureFields(template, 'labels'), labels);
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  object.metadata.labels ??= templateLabels(template);
}

function templateLabels(template: Fields): Record<string, string> {
  const pairs = Object.entries(fieldsAt(template, 'labels'));
  return Object.fromEntries(pairs.map(([key, value]) => [key, String(value)]));
}

function immutableFieldFaults(object: KubeObject, old: KubeObject): Cause[] {
  return ['completions', 'selector', 'template', 'completionMode'].flatMap((name) => {
    const value: Value = valueAt(object, 'spec', name) ?? null;
    if (equal(value, valueAt(old, 'spec', name) ?? null)) return [];
    return [invalidValue(`spec.${name}`, value, 'field is immutable')];
  });
}

export const cronJobStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    const job = ensureFields(ensureFields(spec, 'jobTemplate'), 'spec');
    setTemplateDefaults(ensureFields(job, 'template'));
    fill(spec, {
      concurrencyPolicy: 'Allow',
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    });
  },
  validate(object) {
    const path = 'spec.jobTemplate.spec.template';
    const template = valueAt(object, 'spec', 'jobTemplate', 'spec', 'template');
    return [
      ...scheduleFaults(textAt(object, 'spec', 'schedule') ?? ''),
      ...templateFaults(template, path),
      ...restartPolicyFaults(template, path, runOnce),
    ];
  },
};

function scheduleFaults(schedule: string): Cause[] {
  if (schedule === '') return [required('spec.schedule')];
  if (schedule.startsWith('@') || schedule.trim().split(/\s+/).length === 5) return [];
  const found = schedule.trim().split(/\s+/).length;
  const why = `expected exactly 5 fields, found ${found}: [${schedule}]`;
  return [invalidValue('spec.schedule', schedule, why)];
}
