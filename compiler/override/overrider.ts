import type { KubeObject } from '#model/object.ts';

/**
 * One kind of change to an object, made by the entries that a rule gives for it, in their order.
 * Leaves its input untouched.
 */
export type Overrider<Entry> = (object: KubeObject, entries: readonly Entry[]) => Overridden;

export type Overridden =
  | { readonly type: 'changed'; readonly object: KubeObject }
  | ({ readonly type: 'failed' } & OverrideFault);

/** Why an entry cannot be carried out. */
interface OverrideFault {
  /** Index of the entry at fault. */
  readonly entry: number;
  /** One clause, which follows the name of the object. */
  readonly message: string;
  readonly hint?: string;
}
