/** The schemas that ship with Regatta; scripts/schemas.ts generates the files. */
import type { KnownSchemas } from '#model/schema.ts';
import istio from '../schemas/istio.json' with { type: 'json' };
import kubernetes from '../schemas/kubernetes.json' with { type: 'json' };

/** Returns the schemas of Kubernetes and Istio. */
export function knownSchemas(): KnownSchemas {
  return { kubernetes, istio } as unknown as KnownSchemas;
}
