import type * as v from 'valibot';

/** A violation of a rule that involves several fields. */
export interface RuleViolation {
  /** Path from the checked value. */
  readonly path: readonly (string | number)[];
  /** The message, as a clause whose subject is the field. */
  readonly message: string;
}

/** Runs a check in `v.rawCheck`, on a value that matches its schema. */
export function addViolations<T>(
  { dataset, addIssue }: v.RawCheckContext<T>,
  faultsOf: (value: T) => readonly RuleViolation[],
): void {
  if (!dataset.typed) return;
  for (const { path, message } of faultsOf(dataset.value)) {
    const [first, ...rest] = path.map((key) => ({
      type: 'unknown' as const,
      origin: 'value' as const,
      input: dataset.value,
      key,
      value: undefined,
    }));
    addIssue(first === undefined ? { message } : { message, path: [first, ...rest] });
  }
}

/** Returns a violation if a condition holds. */
export function violationIf(
  holds: boolean,
  path: RuleViolation['path'],
  message: string,
): readonly RuleViolation[] {
  return holds ? [{ path, message }] : [];
}

/** Prefixes the paths of violations in a part of the value. */
export function below(
  path: RuleViolation['path'],
  faults: readonly RuleViolation[],
): readonly RuleViolation[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
}
