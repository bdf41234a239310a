import * as v from 'valibot';
import type { ResourceInterpreterCustomization } from '#model/customization.ts';
import { objectMeta } from './object.ts';

const script = v.optional(v.strictObject({ luaScript: v.optional(v.string()) }));

/** A ResourceInterpreterCustomization: scripts for Karmada's operations on a kind. */
export const customization: v.GenericSchema<unknown, ResourceInterpreterCustomization> =
  v.strictObject({
    apiVersion: v.string(),
    kind: v.literal('ResourceInterpreterCustomization'),
    metadata: objectMeta,
    spec: v.strictObject({
      target: v.strictObject({ apiVersion: v.string(), kind: v.string() }),
      customizations: v.strictObject({
        replicaResource: script,
        replicaRevision: script,
        dependencyInterpretation: script,
        componentResource: script,
        retention: script,
        statusReflection: script,
        statusAggregation: script,
        healthInterpretation: script,
      }),
    }),
  });
