import * as v from 'valibot';
import type { Json, JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import { objectMeta } from './object.ts';
import { clusterAffinity } from './selector.ts';

const path = v.pipe(v.string(), v.minLength(1, 'must not be empty'));

// Whatever YAML holds is JSON by now: parse/json.ts has seen to it.
const json = v.custom<Json>(() => true);
const values: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), json);

const version = v.pipe(
  v.string(),
  v.regex(/^v?\d+\.\d+\.\d+[\w.+-]*$/, 'must be one version, such as 1.4.0'),
);

const valuesFields = {
  valuesFiles: v.optional(v.array(path), []),
  values: v.optional(values, {}),
} as const;

const fields = v.strictObject({
  chart: path,
  repository: v.optional(v.string()),
  version: v.optional(version),
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
});

/** What is fetched is named by its place, its name and its version. */
const spec = v.pipe(
  fields,
  // Not a check of the field, which would tell a password with what is wrong.
  v.check(
    ({ repository = 'https://none' }) => /^(https?|oci):\/\/[^@\s?#]+$/.test(repository),
    'must have as its repository https://… or oci://…, without a password',
  ),
  v.check(
    ({ repository, version }) => (repository === undefined) === (version === undefined),
    'must have both repository and version, or neither',
  ),
  v.check(
    ({ chart, repository }) => repository === undefined || /^[a-zA-Z0-9][\w.-]*$/.test(chart),
    'must have the name of a chart in that repository as its chart',
  ),
);

/** A chart of the repository, or one that is fetched, and its values. Helm's rule for names of releases is kept. */
export const helmRelease: v.GenericSchema<unknown, HelmRelease> = v.strictObject({
  apiVersion: v.string(),
  kind: v.literal('HelmRelease'),
  metadata: objectMeta,
  spec,
});
