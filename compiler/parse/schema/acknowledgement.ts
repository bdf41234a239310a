import * as v from 'valibot';
import {
  type DeletionAcknowledgement,
  deletionDigest,
  unfoldDeletions,
} from '#model/acknowledgement.ts';
import { objectMeta } from './object.ts';

type Spec = DeletionAcknowledgement['spec'];

const texts = v.array(v.string());

const spec: v.GenericSchema<unknown, Spec> = v.strictObject({
  digest: v.pipe(v.string(), v.regex(/^sha256:[\w-]{43}$/, 'must be a digest of deletions')),
  reason: v.exactOptional(v.string()),
  deletions: v.exactOptional(v.array(v.strictObject({ clusters: texts, files: texts }))),
});

/** regatta.dev/v1alpha1 DeletionAcknowledgement. */
export const acknowledgement: v.GenericSchema<unknown, DeletionAcknowledgement> = v.strictObject({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: objectMeta,
  spec: v.pipe(spec, v.check(isOfDigest, 'lists deletions that do not match its digest')),
});

function isOfDigest({ deletions, digest }: Spec): boolean {
  return deletions === undefined || deletionDigest(unfoldDeletions(deletions)) === digest;
}
