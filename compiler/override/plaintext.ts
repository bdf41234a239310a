import type { PlaintextOverrider } from '#model/override.ts';
import type { Plan } from './overrider.ts';

/**
 * Changes a field of the object. Each entry is one operation of a JSON patch.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyJSONPatch).
 */
export const planPlaintext: Plan<PlaintextOverrider> = (_object, entry) => [entry];
