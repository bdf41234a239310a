import * as v from 'valibot';
import {
  defaultLocalityLoadBalancing,
  defaultTrustDomain,
  type MeshSettings,
} from '#model/mesh.ts';
import { clusterAffinity } from './selector.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A mesh in `spec.meshes` of regatta.yaml. */
export const mesh: v.GenericSchema<unknown, MeshSettings> = v.strictObject({
  name: v.pipe(v.string(), v.regex(label, 'must be a DNS label')),
  controlPlane: v.string(),
  members: clusterAffinity,
  networks: v.optional(
    v.record(v.string(), v.pipe(v.string(), v.minLength(1, 'must not be empty'))),
    {},
  ),
  trustDomain: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z0-9._-]+$/, 'must be a trust domain')),
    defaultTrustDomain,
  ),
  localityLoadBalancing: v.optional(
    v.strictObject({ enabled: v.optional(v.boolean(), defaultLocalityLoadBalancing.enabled) }),
    {},
  ),
});
