/** A resource type at one API version: what discovery tells and what decides how it is served. */
import type { Strategy } from '../kinds/strategy.ts';
import type { OpenApiSchema } from '../schema/openapi-schema.ts';
import type { Shape } from '../schema/shape.ts';

export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  /** Plural, lower case: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  readonly shape: Shape;
  /** Whether a change of spec raises metadata.generation. */
  readonly counted: boolean;
  readonly strategy: Strategy;
  /** Set on custom resources only. */
  readonly custom?: CustomVersion;
}

export type Subresource = 'status' | 'scale';

/** What a CustomResourceDefinition says about one of its versions. */
interface CustomVersion {
  readonly schema: OpenApiSchema | undefined;
  readonly columns: readonly PrinterColumn[];
  readonly scale: ScalePaths | undefined;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly priority?: number;
}

/** JSON paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** Where objects of the type are stored, whatever the version: `plural.group`. */
export function storageOf({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** How errors name the type. */
export function namedOf({ group, plural }: Resource): { group: string; resource: string } {
  return { group, resource: plural };
}
