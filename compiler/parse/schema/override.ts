import * as v from 'valibot';
import type { Json } from '#model/object.ts';
import type { OverridePolicy, Overriders } from '#model/override.ts';
import { overrideFaults } from '../rules/override.ts';
import { addFaults } from '../rules/rules.ts';
import { objectMeta, stringMap } from './object.ts';
import { clusterAffinity, resourceSelectors } from './selector.ts';

const operator = v.picklist(['add', 'remove', 'replace']);
const addOrRemove = v.picklist(['add', 'remove']);
// Whatever YAML holds is JSON by now: parse/json.ts has seen to it.
const json = v.optional(v.custom<Json>(() => true));

const commandArgs = v.array(
  v.strictObject({
    containerName: v.string(),
    operator: addOrRemove,
    value: v.optional(v.array(v.string())),
  }),
);
const labelAnnotation = v.array(v.strictObject({ operator, value: stringMap }));
const fieldPatches = v.array(v.strictObject({ subPath: v.string(), operator, value: json }));

const overriders: v.GenericSchema<unknown, Overriders> = v.strictObject({
  imageOverrider: v.optional(
    v.array(
      v.strictObject({
        predicate: v.optional(v.strictObject({ path: v.string() })),
        component: v.picklist(['Registry', 'Repository', 'Tag']),
        operator,
        value: v.optional(v.string()),
      }),
    ),
  ),
  commandOverrider: v.optional(commandArgs),
  argsOverrider: v.optional(commandArgs),
  labelsOverrider: v.optional(labelAnnotation),
  annotationsOverrider: v.optional(labelAnnotation),
  fieldOverrider: v.optional(
    v.array(
      v.strictObject({
        fieldPath: v.string(),
        json: v.optional(fieldPatches),
        yaml: v.optional(fieldPatches),
      }),
    ),
  ),
  plaintext: v.optional(v.array(v.strictObject({ path: v.string(), operator, value: json }))),
});

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
  v.rawCheck((context) => addFaults(context, overrideFaults)),
  v.transform(({ spec: { overrideRules = [], ...spec }, ...policy }) => ({
    ...policy,
    spec: { ...spec, overrideRules },
  })),
);
