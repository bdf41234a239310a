import type { PlaintextOverrider } from '#model/override.ts';
import type { Plan } from './overrider.ts';

/**
 * Is one operation of a JSON patch as it stands.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/overridemanager.go (applyJSONPatch).
 */
export const planPlaintext: Plan<PlaintextOverrider> = (_object, entry) => [entry];
