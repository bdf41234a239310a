import * as v from 'valibot';
import type { Json, JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import { objectMeta } from './object.ts';
import { clusterAffinity } from './selector.ts';

const path = v.pipe(v.string(), v.minLength(1, 'must not be empty'));

// Whatever YAML holds is JSON by now: parse/json.ts has seen to it.
const json = v.custom<Json>(() => true);
const values: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), json);

const valuesFields = {
  valuesFiles: v.optional(v.array(path), []),
  values: v.optional(values, {}),
} as const;

/** A chart of the repository and its values. Helm's rule for names of releases is kept. */
export const helmRelease: v.GenericSchema<unknown, HelmRelease> = v.strictObject({
  apiVersion: v.string(),
  kind: v.literal('HelmRelease'),
  metadata: objectMeta,
  spec: v.strictObject({
    chart: path,
    releaseName: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/,
          'must be the name of a Helm release: at most 53 of a-z, 0-9, - and .',
        ),
      ),
    ),
    includeCRDs: v.optional(v.boolean(), true),
    ...valuesFields,
    clusterValues: v.optional(v.array(v.strictObject({ clusterAffinity, ...valuesFields })), []),
  }),
});
