import type { LeftOut } from '#model/left-out.ts';
import { referenceTo } from '#model/object.ts';
import type { Decisions } from './decisions.ts';
import type { RenderedBinding } from './render.ts';

/** Returns what each pass left out. */
export function leftOutOf(decisions: Decisions, rendered: readonly RenderedBinding[]): LeftOut {
  const { repository, selected, counted, bindings } = decisions;
  return {
    unscheduled: bindings.flatMap(({ template, unscheduled }) =>
      unscheduled === undefined ? [] : [{ object: referenceTo(template.object), ...unscheduled }],
    ),
    waiting: [...selected.waiting, ...counted.failed].map(({ template, message }) => ({
      object: referenceTo(template.object),
      message,
    })),
    failed: rendered.flatMap(({ failed }) => failed),
    rejected: repository.rejected,
    unmatched: selected.unmatched.map(({ object }) => referenceTo(object)),
    skipped: [...repository.unsupported, ...selected.skipped].map(({ object }) =>
      referenceTo(object),
    ),
  };
}
