import type { Value } from '../object.ts';

/**
 * The keywords of an OpenAPI v3 schema that affect how the API server handles a value. The compiler of
 * Regatta has a separate type, because this package imports nothing of Regatta and needs more
 * keywords: those for merging, pruning and protobuf.
 */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly anyOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly not?: OpenApiSchema;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly default?: Value;
  readonly enum?: readonly Value[];
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  /**
   * Extension of the sandbox: the protobuf number of the field; `2.1` is field 1 of field 2, a
   * message that JSON inlines.
   */
  readonly 'x-protobuf'?: string;
  /** Extension of the sandbox: JSON omits the zero value (`""`, 0, false, empty). */
  readonly 'x-omits-zero'?: boolean;
}

/** Schemas by the name in `$ref: '#/components/schemas/<name>'`. */
export type Definitions = Readonly<Record<string, OpenApiSchema>>;
