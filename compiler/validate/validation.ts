import type { ClusterObject } from '#model/binding.ts';
import type { OutputMap } from '#model/files.ts';
import type { KubeObject } from '#model/object.ts';
import type { KnownSchemas } from '#model/schema.ts';
import type { Rendition } from '../decisions.ts';
import type { KnownKinds } from './known-kinds.ts';

/** Inputs of a validation besides the rendition. */
export interface ValidationInputs {
  readonly known: KnownSchemas;
  /** Files below the output folders. The validation checks an object with an existing rendered file as an update. */
  readonly existing: OutputMap;
  /** Check everything, or only whether API servers accept the updates of changed objects. */
  readonly scope: 'everything' | 'updates';
}

/** Data shared by the checks of one validation. */
export interface Validation extends Rendition, ValidationInputs {
  readonly kinds: KnownKinds;
  /** Distinct objects, each with the clusters that get it. */
  readonly distinct: ReadonlyMap<KubeObject, readonly ClusterObject[]>;
}
