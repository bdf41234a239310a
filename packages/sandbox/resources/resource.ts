/** A resource type at one API version: its discovery entry, schema and behaviour. */
import type { Strategy } from '../kinds/strategy.ts';
import type { OpenApiSchema } from '../schema/openapi-schema.ts';
import type { Shape } from '../schema/shape.ts';

/** A resource type at one API version. */
export interface Resource {
  /** API group; '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  /** Plural name in lower case, such as `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Structure of the objects, from the OpenAPI schema. */
  readonly shape: Shape;
  /** Whether a change to the spec increments metadata.generation. */
  readonly counted: boolean;
  readonly strategy: Strategy;
  /** Present only for custom resources. */
  readonly custom?: CustomVersion;
}

export type Subresource = 'status' | 'scale';

/** One version of a CustomResourceDefinition. */
interface CustomVersion {
  readonly schema: OpenApiSchema | undefined;
  readonly columns: readonly PrinterColumn[];
  readonly scale: ScalePaths | undefined;
}

/** A column of `additionalPrinterColumns`. */
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

/** Returns the storage key of a type, which all its versions share: `plural.group`. */
export function storageOf({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Returns the type as error messages name it. */
export function namedOf({ group, plural }: Resource): { group: string; resource: string } {
  return { group, resource: plural };
}
