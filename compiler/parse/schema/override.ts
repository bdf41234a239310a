import * as v from 'valibot';
import { type OverridePolicy, overriders } from '#model/override.ts';
import { overrideViolations } from '../rules/override.ts';
import { addViolations } from '../rules/rules.ts';
import { objectMeta } from './object.ts';
import { clusterAffinity, resourceSelectors } from './selector.ts';

/** OverridePolicy and ClusterOverridePolicy: semantics as in Karmada's CRDs of v1.18. */
export const overridePolicy: v.GenericSchema<unknown, OverridePolicy> = v.pipe(
  v.strictObject({
    apiVersion: v.string(),
    kind: v.picklist(['OverridePolicy', 'ClusterOverridePolicy']),
    metadata: objectMeta,
    spec: v.strictObject({
      resourceSelectors: v.optional(resourceSelectors, []),
      overrideRules: v.optional(
        v.array(v.strictObject({ targetCluster: v.optional(clusterAffinity), overriders })),
      ),
      targetCluster: v.optional(clusterAffinity),
      overriders: v.optional(overriders),
    }),
  }),
  v.rawCheck((context) => addViolations(context, overrideViolations)),
  v.transform(({ spec: { overrideRules = [], ...spec }, ...policy }) => ({
    ...policy,
    spec: { ...spec, overrideRules },
  })),
);
