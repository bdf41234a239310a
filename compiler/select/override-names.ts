import type { Report } from '#model/diagnostic.ts';
import { nearestWord } from '#model/nearest.ts';
import { describeObject } from '#model/object.ts';
import type { OverridePolicy } from '#model/override.ts';
import type { PropagationPolicy } from '#model/policy.ts';
import type { Sourced } from '#model/source.ts';

/**
 * Returns why a template must wait for the overrides of its policy; undefined if all of them exist.
 */
type Lacking = (policy: Sourced<PropagationPolicy>) => string | undefined;

/**
 * Finds the `dependentOverrides` of policies. Reports a missing one as an error, once for each policy, because
 * the compiler would render its objects without the override.
 *
 * Source: Karmada v1.18, pkg/detector/detector.go.
 */
export function missingOverride(
  overrides: readonly Sourced<OverridePolicy>[],
  report: Report,
): Lacking {
  const byNamespace = Map.groupBy(overrides, ({ object }) => object.metadata.namespace);
  const reported = new Set<string>();
  return ({ object, at }) => {
    const { metadata, spec } = object;
    const names = (byNamespace.get(metadata.namespace) ?? []).map(
      (override) => override.object.metadata.name,
    );
    const index = spec.dependentOverrides.findIndex((name) => !names.includes(name));
    const name = spec.dependentOverrides[index];
    if (name === undefined) return undefined;
    const kind = metadata.namespace === undefined ? 'ClusterOverridePolicy' : 'OverridePolicy';
    const message = `${describeObject(object)} depends on ${kind} ${name}, which does not exist`;
    const nearest = nearestWord(name, names);
    if (!reported.has(message)) {
      report({
        code: 'select/missing-override',
        severity: 'error',
        message,
        at: at(`/spec/dependentOverrides/${index}`),
        hint:
          nearest === undefined
            ? 'add it, or remove the name from dependentOverrides'
            : `did you mean ${nearest}?`,
      });
    }
    reported.add(message);
    return message;
  };
}
