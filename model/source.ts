import type { Position } from './diagnostic.ts';
import type { KubeObject } from './object.ts';

/**
 * Where a value of an object stands in its file, by JSON pointer (RFC 6901); a pointer to what is
 * absent gives its nearest ancestor. `key: true` asks for the name of the field, not for its value.
 */
export type Locate = (pointer: string, options?: { readonly key: boolean }) => Position;

/** An object of the fleet repository, with the way back to where its author wrote it. */
export interface Sourced<T extends KubeObject = KubeObject> {
  /** What decisions are made on: of one with variants, the first cluster's. */
  readonly object: T;
  readonly at: Locate;
  /** What a chart makes of it for which clusters; absent when that is the same for all. */
  readonly variants?: readonly Variant[] | undefined;
}

/** An object as some of the clusters are to have it. A cluster in no variant does not have it. */
export interface Variant {
  /** Their names. */
  readonly clusters: readonly string[];
  readonly object: KubeObject;
}

/** An object as it starts out for a cluster; undefined when nothing makes it for that one. */
export function variantFor({ object, variants }: Sourced, cluster: string): KubeObject | undefined {
  if (variants === undefined) return object;
  return variants.find(({ clusters }) => clusters.includes(cluster))?.object;
}

/** The different objects that clusters start out with. */
export function formsOf({ object, variants }: Sourced): readonly KubeObject[] {
  return variants?.map((variant) => variant.object) ?? [object];
}

/** The same for each form of an object. */
export function withForms(
  { object, at, variants }: Sourced,
  change: (form: KubeObject) => KubeObject,
): Sourced {
  if (variants === undefined) return { object: change(object), at };
  const changed = variants.map((variant) => ({ ...variant, object: change(variant.object) }));
  return { object: changed[0]?.object ?? object, at, variants: changed };
}
