import * as v from 'valibot';
import type { Json, JsonObject } from '#model/object.ts';
import type { HelmRelease } from '#model/release.ts';
import { objectMeta } from './object.ts';
import { clusterAffinity } from './selector.ts';

const path = v.pipe(v.string(), v.minLength(1, 'must not be empty'));

// parse/json.ts has already checked that the document is JSON.
const json = v.custom<Json>(() => true);
const values: v.GenericSchema<unknown, JsonObject> = v.record(v.string(), json);

const version = v.pipe(
  v.string(),
  v.regex(/^v?\d+\.\d+\.\d+[\w.+-]*$/, 'must be one version, such as 1.4.0'),
);

/** The name of a Helm release, set or derived from a folder. */
export const releaseNames: RegExp =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(?<=^.{1,53})$/;

const apiVersion = v.pipe(
  v.string(),
  v.regex(
    /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?v[a-z0-9]+(\/[A-Z][A-Za-z0-9]*)?$/,
    'must be group/version or group/version/Kind',
  ),
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
      v.regex(releaseNames, 'must be the name of a Helm release: at most 53 of a-z, 0-9, - and .'),
    ),
  ),
  includeCRDs: v.optional(v.boolean(), true),
  apiVersions: v.optional(v.array(apiVersion), []),
  skipSchemaValidation: v.optional(v.boolean(), false),
  random: v.optional(v.literal('Seeded')),
  hooks: v.optional(v.literal('Ordered')),
  ...valuesFields,
  clusterValues: v.optional(v.array(v.strictObject({ clusterAffinity, ...valuesFields })), []),
});

/** Names the fields of an address that people take from `helm install`. */
function unpairedRepository(chart: string): string {
  const [, repository, name] = /^(oci:\/\/.+)\/([^/]+)$/.exec(chart) ?? [];
  return name === undefined
    ? 'must set both repository and version, or neither'
    : `must set repository to ${repository} and chart to ${name}`;
}

/** The spec, with checks of the repository, version and name that identify a remote chart. */
const spec = v.pipe(
  fields,
  // Not a check of the field itself, whose message would contain the password.
  v.check(
    ({ repository = 'https://none' }) => /^(https?|oci):\/\/[^@\s?#]+$/.test(repository),
    'must set repository to https://… or oci://…, without a password',
  ),
  v.check(
    ({ repository, version }) => (repository === undefined) === (version === undefined),
    ({ input }) => unpairedRepository(input.chart),
  ),
  v.check(
    ({ chart, repository }) => repository === undefined || /^[a-zA-Z0-9][\w.-]*$/.test(chart),
    'must set chart to the name of a chart in the repository',
  ),
);

/**
 * A chart of the repository or a remote one, with its values. Names follow Helm's rule for
 * releases.
 */
export const helmRelease: v.GenericSchema<unknown, HelmRelease> = v.strictObject({
  apiVersion: v.string(),
  kind: v.literal('HelmRelease'),
  metadata: objectMeta,
  spec,
});
