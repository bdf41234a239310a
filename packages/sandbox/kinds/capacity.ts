/** Defaults of volumes, claims, storage classes, priority classes and autoscalers. */
import { ensureFields, fill } from './fill.ts';
import type { Strategy } from './strategy.ts';

export const claimStrategy: Strategy = {
  setDefaults(object) {
    fill(ensureFields(object, 'spec'), { volumeMode: 'Filesystem' });
  },
  prepare(object, old) {
    if (old !== undefined) return;
    object.status = { phase: 'Pending' };
    const finalizers = new Set(object.metadata.finalizers);
    object.metadata.finalizers = [...finalizers.add('kubernetes.io/pvc-protection')];
  },
};

export const volumeStrategy: Strategy = {
  setDefaults(object) {
    fill(ensureFields(object, 'spec'), {
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
    });
  },
  prepare(object, old) {
    if (old === undefined) object.status = { phase: 'Available' };
  },
};

export const storageClassStrategy: Strategy = {
  setDefaults(object) {
    fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  },
};

export const priorityClassStrategy: Strategy = {
  setDefaults(object) {
    fill(object, { preemptionPolicy: 'PreemptLowerPriority' });
  },
};

export const autoscalerStrategy: Strategy = {
  setDefaults(object) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    fill(ensureFields(object, 'spec'), {
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    });
  },
};
