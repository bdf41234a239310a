import * as v from 'valibot';
import type { DeletionAcknowledgement } from '#model/deletion-budget.ts';
import { objectMeta } from './object.ts';

/** regatta.dev/v1alpha1 DeletionAcknowledgement. */
export const acknowledgement: v.GenericSchema<unknown, DeletionAcknowledgement> = v.strictObject({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: objectMeta,
  spec: v.strictObject({
    digest: v.pipe(v.string(), v.regex(/^sha256:[\w-]{43}$/, 'is no digest of deletions')),
    reason: v.exactOptional(v.string()),
  }),
});
