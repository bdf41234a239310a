import {
  acknowledgementLine,
  type DeletionAcknowledgement,
  unfoldDeletions,
} from '#model/acknowledgement.ts';
import type { Binding, PreviousBinding, PreviousBindings } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, keyOf } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { possiblePathsOf, renderedPathOf } from '#model/rendered-path.ts';
import type { Sourced } from '#model/source.ts';

/** What the check of emptied workloads compares. */
export interface Emptied {
  readonly templates: readonly Sourced[];
  /** Previous placements, without clusters that no longer exist. */
  readonly previous: PreviousBindings;
  readonly bindings: readonly Binding[];
  readonly acknowledgements: readonly Sourced<DeletionAcknowledgement>[];
  readonly profile: Profile;
}

/**
 * Reports each template that a policy placed before, and that goes to no cluster now: the syncer would delete it
 * everywhere, often because of a typing error in a policy. Karmada deletes it without a question, so that its profile
 * only warns. A template that could not be placed has an error of its own.
 */
export function reportUnplaced(
  { templates, previous, bindings, acknowledgements, profile }: Emptied,
  report: Report,
): void {
  const placed = new Set(
    bindings
      .filter(({ clusters, unscheduled }) => clusters.length > 0 || unscheduled !== undefined)
      .map(({ template }) => keyOf(template.object)),
  );
  const deleted = acknowledgements.flatMap(({ object }) =>
    unfoldDeletions(object.spec.deletions ?? []),
  );
  const acknowledged = new Set(deleted.map(({ cluster, path }) => `${cluster}/${path}`));
  for (const { object, at } of templates) {
    const key = keyOf(object);
    const before = previous.get(key);
    if (before?.policy === undefined || placed.has(key)) continue;
    const open = clustersOf(before).filter(
      (cluster) => !possiblePathsOf(key).some((path) => acknowledged.has(`${cluster}/${path}`)),
    );
    if (open.length === 0) continue;
    const deletions = open.map((cluster) => ({ cluster, path: renderedPathOf(key) }));
    report({
      code: 'select/unplaced',
      severity: profile === 'karmada' ? 'warning' : 'error',
      message: `${describeObject(object)} is placed on ${list(open)}, but no policy selects it any more`,
      at: at(''),
      hint: `restore the policy, delete the template, or commit this DeletionAcknowledgement in a separate file: ${acknowledgementLine(deletions)}`,
    });
  }
}

function clustersOf({ clusters }: PreviousBinding): readonly string[] {
  return clusters.map(({ name }) => name);
}

/** Joins names: `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
