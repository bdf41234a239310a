import type * as v from 'valibot';

/** Something that the fields are allowed each, but not together. */
export interface Fault {
  /** Where, from the value that is checked. */
  readonly path: readonly (string | number)[];
  /** Continues "<field> …". */
  readonly message: string;
}

/** For `v.rawCheck`: adds what a function finds wrong with a value that has its shape. */
export function addFaults<T>(
  { dataset, addIssue }: v.RawCheckContext<T>,
  faultsOf: (value: T) => readonly Fault[],
): void {
  if (!dataset.typed) return;
  for (const { path, message } of faultsOf(dataset.value)) {
    const [first, ...rest] = path.map((key) => ({
      ...{ type: 'unknown' as const, origin: 'value' as const },
      ...{ input: dataset.value, key, value: undefined },
    }));
    addIssue(first === undefined ? { message } : { message, path: [first, ...rest] });
  }
}

/** A fault when something holds. */
export function faultIf(holds: boolean, path: Fault['path'], message: string): readonly Fault[] {
  return holds ? [{ path, message }] : [];
}

/** The faults of a part of the value, seen from the value. */
export function below(path: Fault['path'], faults: readonly Fault[]): readonly Fault[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
}
