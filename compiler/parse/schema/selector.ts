import * as v from 'valibot';
import type { ClusterAffinityTerm } from '#model/policy.ts';
import type {
  ClusterAffinity,
  FieldSelector,
  LabelSelector,
  ResourceSelector,
} from '#model/selector.ts';
import { stringMap } from './object.ts';

const names = v.array(v.string());

const labelSelector: v.GenericSchema<unknown, LabelSelector> = v.strictObject({
  matchLabels: v.optional(stringMap),
  matchExpressions: v.optional(
    v.array(v.strictObject({ key: v.string(), operator: v.string(), values: v.optional(names) })),
  ),
});

const fieldSelector: v.GenericSchema<unknown, FieldSelector> = v.strictObject({
  matchExpressions: v.optional(
    v.array(
      v.strictObject({
        key: v.picklist(['provider', 'region', 'zone']),
        operator: v.picklist(['In', 'NotIn']),
        values: v.optional(names),
      }),
    ),
  ),
});

/** A selector that Karmada does not validate: an invalid one matches nothing. */
const uncheckedFieldSelector: v.GenericSchema<unknown, FieldSelector> = v.strictObject({
  matchExpressions: v.optional(
    v.array(v.strictObject({ key: v.string(), operator: v.string(), values: v.optional(names) })),
  ),
});

const affinityFields = {
  labelSelector: v.optional(labelSelector),
  fieldSelector: v.optional(fieldSelector),
  clusterNames: v.optional(names),
  exclude: v.optional(names),
} as const;

export const clusterAffinity: v.GenericSchema<unknown, ClusterAffinity> =
  v.strictObject(affinityFields);

/** The clusters that a static weight applies to. */
export const weightedClusters: v.GenericSchema<unknown, ClusterAffinity> = v.strictObject({
  ...affinityFields,
  fieldSelector: v.optional(uncheckedFieldSelector),
});

const affinityName = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(32, 'must have at most 32 characters'),
);

const namedAffinity = v.strictObject({ affinityName, ...affinityFields });

export const clusterAffinityTerm: v.GenericSchema<unknown, ClusterAffinityTerm> = v.strictObject({
  affinityName,
  ...affinityFields,
  overflowAffinities: v.optional(v.array(namedAffinity)),
});

export const resourceSelectors: v.GenericSchema<unknown, readonly ResourceSelector[]> = v.array(
  v.strictObject({
    apiVersion: v.string(),
    kind: v.string(),
    namespace: v.optional(v.string()),
    name: v.optional(v.string()),
    labelSelector: v.optional(labelSelector),
  }),
);
