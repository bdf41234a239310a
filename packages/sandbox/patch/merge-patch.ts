/** JSON merge patch. Source: RFC 7396. */
import { isFields, type Value } from '../object.ts';

/** Returns a patched copy of `target`; null in `patch` removes a field. */
export function applyMergePatch(target: Value | undefined, patch: Value): Value {
  if (!isFields(patch)) return patch;
  const merged = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = applyMergePatch(merged[name], value);
  }
  return merged;
}
