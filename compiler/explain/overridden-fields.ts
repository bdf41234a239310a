import { isHiddenField } from '#model/hidden-value.ts';
import { printManifest } from '#model/manifest.ts';
import { isFieldMap, type KubeObject } from '#model/object.ts';
import type { AppliedRule } from '#model/override.ts';
import { fieldName, pathOf, pointerTo } from '#model/pointer.ts';
import { hiddenText } from '#model/redaction.ts';
import { secretLines } from '#model/secret-lines.ts';
import { pointersByLine } from '../parse/positions.ts';
import type { OverriddenField } from './explanation.ts';
import { type ReplayedEntry, replayRule } from './replay.ts';
import { valueAtPath } from './trace.ts';

/** Returns the fields that a rule set or removed, with their values before and after each entry, and the object after the rule. */
export function overriddenFields(
  object: KubeObject,
  rule: AppliedRule,
): { readonly fields: readonly OverriddenField[]; readonly object: KubeObject } {
  const replayed = replayRule(object, rule);
  return {
    fields: replayed.flatMap((step) => fieldsOf(step, rule)),
    object: replayed.at(-1)?.after ?? object,
  };
}

function fieldsOf(step: ReplayedEntry, { policy }: AppliedRule): readonly OverriddenField[] {
  const [hiddenBefore, hiddenAfter] = [hiddenPointers(step.before), hiddenPointers(step.after)];
  return step.touched.map(({ field, entry }) => {
    const path = pathOf(field);
    const growth = sizeOfList(step.after, path) - sizeOfList(step.before, path);
    // The items behind an added or a removed one move, so that its index names another item.
    const before = growth > 0 ? undefined : valueAtPath(step.before, path);
    const after = growth < 0 ? undefined : valueAtPath(step.after, path);
    return {
      field: fieldName(path),
      at: policy.at(entry),
      before: shown(before, path, step.before, hiddenBefore),
      after: shown(after, path, step.after, hiddenAfter),
    };
  });
}

/** Returns the number of items of the list that contains a path; 0 for other containers. */
function sizeOfList(object: KubeObject, path: readonly string[]): number {
  const list = valueAtPath(object, path.slice(0, -1));
  return Array.isArray(list) ? list.length : 0;
}

/** Returns the pointers of the values in the lines of an object that look secret. */
function hiddenPointers(object: KubeObject): ReadonlySet<string> {
  const text = printManifest(object);
  const pointers = pointersByLine(text);
  const looking = secretLines(text);
  const hidden = new Set<string>();
  let pointer = '';
  for (let line = 1; line <= text.split('\n').length; line++) {
    // The following lines of a multi-line text belong to the field of its first line.
    pointer = pointers.get(line) ?? pointer;
    if (looking.has(line)) hidden.add(pointer);
  }
  return hidden;
}

/** Returns a value of an object without the values in it that are or look secret. */
function shown(
  value: unknown,
  path: readonly string[],
  object: KubeObject,
  hidden: ReadonlySet<string>,
): unknown {
  if (value === undefined) return undefined;
  const show = (inner: unknown, key: string | number) =>
    shown(inner, [...path, `${key}`], object, hidden);
  if (Array.isArray(value)) return value.map(show);
  if (isFieldMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, show(inner, key)]));
  }
  return hidden.has(pointerTo(path)) || isHiddenField(object, path) ? hiddenText : value;
}
