import * as v from 'valibot';
import type { Failover, Placement, PropagationPolicy, PropagationSpec } from '#model/policy.ts';
import type { ResourceSelector } from '#model/selector.ts';
import { propagationViolations } from '../rules/propagation.ts';
import { addViolations } from '../rules/rules.ts';
import { objectMeta } from './object.ts';
import {
  clusterAffinity,
  clusterAffinityTerm,
  resourceSelectors,
  weightedClusters,
} from './selector.ts';

const whole = v.pipe(v.number(), v.integer('must be a whole number'));
const integer = v.pipe(
  whole,
  v.minValue(-(2 ** 31), 'must be a 32-bit number'),
  v.maxValue(2 ** 31 - 1, 'must be a 32-bit number'),
);
const count = v.pipe(integer, v.minValue(0, 'must not be negative'));
const groupCount = v.pipe(whole, v.minValue(0, 'must not be negative'));
const groups = v.strictObject({ groupByLabelKey: v.string() });

const replicaScheduling = v.pipe(
  v.strictObject({
    replicaSchedulingType: v.optional(v.picklist(['Duplicated', 'Divided']), 'Divided'),
    replicaDivisionPreference: v.optional(v.picklist(['Aggregated', 'Weighted'])),
    weightPreference: v.optional(
      v.strictObject({
        dynamicWeight: v.optional(v.picklist(['AvailableReplicas'])),
        staticWeightList: v.optional(
          v.array(
            v.strictObject({
              targetCluster: weightedClusters,
              weight: v.pipe(whole, v.minValue(1, 'must be at least 1')),
            }),
          ),
        ),
      }),
    ),
  }),
  v.transform(({ replicaDivisionPreference, ...rest }) => ({
    ...rest,
    replicaDivisionPreference:
      replicaDivisionPreference ??
      (rest.replicaSchedulingType === 'Divided' ? ('Weighted' as const) : undefined),
  })),
);

const spreadConstraint = v.pipe(
  v.strictObject({
    spreadByField: v.optional(v.picklist(['cluster', 'region', 'zone', 'provider'])),
    spreadByLabel: v.optional(v.string()),
    minGroups: v.optional(groupCount, 0),
    maxGroups: v.optional(groupCount),
  }),
  v.transform(({ spreadByField, minGroups, ...rest }) => ({
    ...rest,
    minGroups: minGroups === 0 ? 1 : minGroups,
    spreadByField: spreadByField ?? (rest.spreadByLabel ? undefined : ('cluster' as const)),
  })),
);

/** Unknown operators match nothing; Karmada rejects the two that compare numbers. */
const tolerationOperator = v.pipe(
  v.string(),
  v.check((operator) => operator !== 'Lt' && operator !== 'Gt', 'must be Equal or Exists'),
);

const placement: v.GenericSchema<unknown, Placement> = v.strictObject({
  clusterAffinity: v.optional(clusterAffinity),
  clusterAffinities: v.optional(v.array(clusterAffinityTerm)),
  clusterTolerations: v.optional(
    v.array(
      v.strictObject({
        key: v.optional(v.string()),
        operator: v.optional(tolerationOperator),
        value: v.optional(v.string()),
        effect: v.optional(v.string()),
        tolerationSeconds: v.optional(whole),
      }),
    ),
    [],
  ),
  spreadConstraints: v.optional(v.array(spreadConstraint), []),
  replicaScheduling: v.optional(replicaScheduling),
  workloadAffinity: v.optional(
    v.strictObject({ affinity: v.optional(groups), antiAffinity: v.optional(groups) }),
  ),
});

const statePreservation = v.strictObject({
  rules: v.array(v.strictObject({ aliasLabelName: v.string(), jsonPath: v.string() })),
});

const failover: v.GenericSchema<unknown, Failover> = v.strictObject({
  application: v.optional(
    v.strictObject({
      decisionConditions: v.strictObject({ tolerationSeconds: v.optional(count, 300) }),
      gracePeriodSeconds: v.optional(integer),
      purgeMode: v.optional(
        v.picklist(['Directly', 'Gracefully', 'Never', 'Immediately', 'Graciously']),
        'Gracefully',
      ),
      statePreservation: v.optional(statePreservation),
    }),
  ),
  cluster: v.optional(
    v.strictObject({
      purgeMode: v.optional(v.picklist(['Directly', 'Gracefully']), 'Gracefully'),
      statePreservation: v.optional(statePreservation),
    }),
  ),
});

const suspension = v.strictObject({
  dispatching: v.optional(v.boolean()),
  dispatchingOnClusters: v.optional(
    v.strictObject({ clusterNames: v.optional(v.array(v.string())) }),
  ),
  scheduling: v.optional(v.boolean()),
});

const propagationSpec: v.GenericSchema<unknown, PropagationSpec> = v.pipe(
  v.strictObject({
    resourceSelectors: v.pipe(resourceSelectors, v.minLength(1, 'must select something')),
    placement: v.optional(placement, {}),
    priority: v.optional(integer, 0),
    preemption: v.optional(v.picklist(['Always', 'Never']), 'Never'),
    propagateDeps: v.optional(v.boolean(), false),
    association: v.optional(v.boolean()),
    dependentOverrides: v.optional(v.array(v.string()), []),
    schedulerName: v.optional(v.string(), 'default-scheduler'),
    conflictResolution: v.optional(v.picklist(['Abort', 'Overwrite']), 'Abort'),
    preserveResourcesOnDeletion: v.optional(v.boolean(), false),
    activationPreference: v.optional(v.picklist(['Lazy'])),
    suspension: v.optional(suspension),
    failover: v.optional(failover),
    schedulePriority: v.optional(
      v.strictObject({
        priorityClassName: v.string(),
        priorityClassSource: v.picklist(['KubePriorityClass']),
      }),
    ),
  }),
  v.transform((spec) => ({
    ...spec,
    // Karmada propagates the Service of a ServiceImport with it.
    propagateDeps: spec.propagateDeps || spec.resourceSelectors.some(isServiceImport),
  })),
);

function isServiceImport({ apiVersion, kind }: ResourceSelector): boolean {
  return apiVersion === 'multicluster.x-k8s.io/v1alpha1' && kind === 'ServiceImport';
}

/** PropagationPolicy and ClusterPropagationPolicy: semantics as in Karmada's CRDs of v1.18. */
export const propagationPolicy: v.GenericSchema<unknown, PropagationPolicy> = v.pipe(
  v.strictObject({
    apiVersion: v.string(),
    kind: v.picklist(['PropagationPolicy', 'ClusterPropagationPolicy']),
    metadata: objectMeta,
    spec: propagationSpec,
    status: v.optional(v.unknown()),
  }),
  v.rawCheck((context) => addViolations(context, propagationViolations)),
);
