import type { Difference, PathStep } from '#model/difference.ts';
import type { JsonObject, KubeObject } from '#model/object.ts';
import { addedTo, type DriftedField, describeDrift, driftOf } from '../observe/drift.ts';
import type { ManagedFields } from '../ownership/managed-fields.ts';
import { isNoOpApply } from './no-op.ts';

/** A dry run of an apply. */
export interface DryRun {
  readonly toApply: KubeObject;
  /** The live object as the syncer read it. */
  readonly live: KubeObject;
  /** The live object after the syncer reclaimed the leftovers in it; absent if it reclaimed none. */
  readonly reclaimed?: KubeObject | undefined;
  /** Leftovers that the syncer has not reclaimed. The dry run keeps their fields, but the apply will not. */
  readonly leftovers: readonly ManagedFields[];
  /**
   * The API server's answer; undefined if it rejects a change that the apply makes possible first, by
   * replacing the object or by taking over defaults.
   */
  readonly merged: KubeObject | undefined;
  /** True if output must not show values of the object. */
  readonly isSecret?: boolean | undefined;
  /** The field manager of the apply. */
  readonly manager: string;
}

/** Whether the syncer must apply an object. */
export type DryRunVerdict =
  /** An apply would change neither the live object nor the fields that Regatta owns in it. */
  | { readonly type: 'unchanged' }
  | {
      readonly type: 'apply';
      /** Fields that the apply would change or remove. */
      readonly changes: readonly DriftedField[];
      /** The live object after the apply; undefined if the API server rejected the dry run. */
      readonly result: KubeObject | undefined;
    };

/** Decides from a dry run whether the syncer must apply the object, and what the apply would change. */
export function judgeDryRun(dryRun: DryRun): DryRunVerdict {
  const { toApply, live, reclaimed = live, leftovers, merged, isSecret, manager } = dryRun;
  const isUnclaimed = leftovers.length > 0;
  if (merged !== undefined && !isUnclaimed && isNoOpApply(toApply, reclaimed, merged, manager)) {
    return { type: 'unchanged' };
  }
  const added = addedTo(toApply, live, leftovers);
  const result = merged && (added.length === 0 ? merged : withoutFields(merged, added));
  const changes = [
    ...(merged === undefined ? [] : driftOf(live, merged, { isSecret, manager })),
    ...describeDrift(live, added, { isSecret, manager }),
  ];
  return { type: 'apply', changes, result };
}

/** Returns a copy of the object without the given fields, where they still have that value. */
function withoutFields(object: KubeObject, added: readonly Difference[]): KubeObject {
  const copy = structuredClone(object);
  // Backwards, so that the indexes of earlier list items stay valid.
  for (const { steps, after } of added.toReversed()) remove(copy, steps, after);
  return copy;
}

function remove(from: unknown, [step, ...more]: readonly PathStep[], value: unknown): void {
  if (step === undefined || typeof from !== 'object' || from === null) return;
  const name = typeof step === 'string' ? step : String(step.index);
  const inner = (from as JsonObject)[name];
  if (more.length > 0) remove(inner, more, value);
  else if (JSON.stringify(inner) === JSON.stringify(value)) drop(from, name);
}

function drop(from: object, name: string): void {
  if (Array.isArray(from)) from.splice(Number(name), 1);
  else delete (from as Record<string, unknown>)[name];
}
