import type { Position } from './diagnostic.ts';
import type { KubeObject } from './object.ts';

/**
 * Where a value of an object stands in its file, by JSON pointer (RFC 6901); a pointer to what is
 * absent gives its nearest ancestor. `key: true` asks for the name of the field, not for its value.
 */
export type Locate = (pointer: string, options?: { readonly key: boolean }) => Position;

/** An object of the fleet repository, with the way back to where its author wrote it. */
export interface Sourced<T extends KubeObject = KubeObject> {
  readonly object: T;
  readonly at: Locate;
}
