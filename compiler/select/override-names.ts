import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject } from '#model/object.ts';
import type { OverridePolicy } from '#model/override.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';

/** Why a template has to wait for its policy's overrides; undefined when all are there. */
type Lacking = (policy: Sourced<PropagationPolicy>) => string | undefined;

/**
 * Looks for the `dependentOverrides` of policies. One that is missing is reported once a policy, as
 * an error: what the policy places would go out without it.
 *
 * Source: Karmada v1.18, pkg/detector/detector.go.
 */
export function missingOverride(
  overrides: readonly Sourced<OverridePolicy>[],
  report: Report,
): Lacking {
  const byNamespace = Map.groupBy(overrides, ({ object }) => object.metadata.namespace);
  const told = new Set<string>();
  return ({ object, at }) => {
    const { metadata, spec } = object;
    const names = (byNamespace.get(metadata.namespace) ?? []).map(
      (override) => override.object.metadata.name,
    );
    const index = spec.dependentOverrides.findIndex((name) => !names.includes(name));
    const name = spec.dependentOverrides[index];
    if (name === undefined) return undefined;
    const kind = metadata.namespace === undefined ? 'ClusterOverridePolicy' : 'OverridePolicy';
    const message = `${describeObject(object)} waits for ${kind} ${name}, which is not there`;
    const nearest = nearestWord(name, names);
    if (!told.has(message)) {
      report({
        code: 'select/missing-override',
        severity: 'error',
        message,
        at: at(`/spec/dependentOverrides/${index}`),
        hint: nearest === undefined ? 'add it, or take the name out' : `did you mean ${nearest}?`,
      });
    }
    told.add(message);
    return message;
  };
}
