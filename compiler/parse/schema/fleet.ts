import * as v from 'valibot';
import { defaultSettings, type FleetSettings } from '#model/fleet.ts';

/** A folder inside the repository, so that no setting makes compile write elsewhere. */
const folder = v.pipe(
  v.string(),
  v.regex(
    /^[\w][\w.-]*(\/[\w][\w.-]*)*$/,
    'must be a folder inside the repository, without a leading or trailing slash',
  ),
);

/** regatta.yaml. */
export const fleet: v.GenericSchema<unknown, { readonly spec: FleetSettings }> = v.strictObject({
  apiVersion: v.literal('regatta.dev/v1alpha1'),
  kind: v.literal('Fleet'),
  metadata: v.optional(v.looseObject({ name: v.optional(v.string()) })),
  spec: v.optional(
    v.strictObject({
      clusters: v.optional(folder, defaultSettings.clusters),
      templates: v.optional(folder, defaultSettings.templates),
      policies: v.optional(folder, defaultSettings.policies),
      bindings: v.optional(folder, defaultSettings.bindings),
      rendered: v.optional(folder, defaultSettings.rendered),
    }),
    {},
  ),
});
