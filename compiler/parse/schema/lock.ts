import * as v from 'valibot';

interface Lock {
  readonly images: Readonly<Record<string, string>>;
  readonly sources: Readonly<Record<string, string>>;
}

const image = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.:/[\]-]*$/, 'must be an image with its tag, without a digest'),
);
const digest = v.pipe(
  v.string(),
  v.regex(/^sha256:[a-f0-9]{64}$/, 'must be a digest: sha256: and 64 hexadecimal digits'),
);

/** The object in regatta.lock. */
export const lock: v.GenericSchema<unknown, Lock> = v.strictObject({
  apiVersion: v.literal('regatta.dev/v1alpha1'),
  kind: v.literal('Lock'),
  metadata: v.optional(v.looseObject({})),
  images: v.optional(v.record(image, digest), {}),
  sources: v.optional(v.record(v.string(), digest), {}),
});
