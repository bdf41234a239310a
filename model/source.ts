import type { Position } from './diagnostic.ts';
import type { KubeObject } from './object.ts';

/**
 * Returns the position of a value in its file, by JSON pointer (RFC 6901). For an absent value it
 * returns the position of the nearest ancestor; with `key: true`, that of the field name.
 */
export type Locate = (pointer: string, options?: { readonly key: boolean }) => Position;

/** An object of the fleet repository, with the positions of its values in the source file. */
export interface Sourced<T extends KubeObject = KubeObject> {
  /** The object that policies see; with variants, the first variant. */
  readonly object: T;
  readonly at: Locate;
  /** Renderings of a chart that differ between clusters; absent when all clusters get the same. */
  readonly variants?: readonly Variant[] | undefined;
}

/** An object as rendered for some clusters. A cluster in no variant does not get the object. */
export interface Variant {
  /** Cluster names. */
  readonly clusters: readonly string[];
  readonly object: KubeObject;
}

/** Returns a template's object for a cluster; undefined if no variant is for that cluster. */
export function variantFor({ object, variants }: Sourced, cluster: string): KubeObject | undefined {
  if (variants === undefined) return object;
  return variants.find(({ clusters }) => clusters.includes(cluster))?.object;
}

/** Returns the different objects of a template. */
export function formsOf({ object, variants }: Sourced): readonly KubeObject[] {
  return variants?.map((variant) => variant.object) ?? [object];
}

/** Returns a template with a change to its object and to each of its variants. */
export function withForms(
  { object, at, variants }: Sourced,
  change: (form: KubeObject) => KubeObject,
): Sourced {
  if (variants === undefined) return { object: change(object), at };
  const changed = variants.map((variant) => ({ ...variant, object: change(variant.object) }));
  return { object: changed[0]?.object ?? object, at, variants: changed };
}
