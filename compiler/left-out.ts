import type { Binding } from '#model/binding.ts';
import type { Repository } from '#model/fleet.ts';
import type { LeftOut } from '#model/left-out.ts';
import { referenceTo } from '#model/object.ts';
import type { CountedSelections } from './interpret/replicas.ts';
import type { Rendered } from './render.ts';
import type { Selected } from './select/select.ts';

/** What the passes came to. */
interface Outcomes {
  readonly repository: Repository;
  readonly selected: Selected;
  readonly counted: CountedSelections;
  readonly bindings: readonly Binding[];
  readonly rendered: Rendered;
}

/** Collects from all passes what they left out. */
export function leftOutOf(outcomes: Outcomes): LeftOut {
  const { repository, selected, counted, bindings, rendered } = outcomes;
  return {
    unscheduled: bindings.flatMap(({ template, unscheduled }) =>
      unscheduled === undefined ? [] : [{ object: referenceTo(template.object), ...unscheduled }],
    ),
    waiting: [...selected.waiting, ...counted.failed].map(({ template, message }) => ({
      object: referenceTo(template.object),
      message,
    })),
    failed: rendered.failed,
    rejected: repository.rejected,
    unmatched: selected.unmatched.map(({ object }) => referenceTo(object)),
    skipped: selected.skipped.map(({ object }) => referenceTo(object)),
  };
}
