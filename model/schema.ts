/** OpenAPI schemas of Kubernetes objects. */
import type { Json } from './object.ts';

/** The fields of an OpenAPI v3 schema that determine whether a value is valid. */
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
  readonly default?: Json;
  readonly enum?: readonly Json[];
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
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
}

/** Schemas by the name in `$ref: '#/components/schemas/<name>'`. */
export type Definitions = Readonly<Record<string, OpenApiSchema>>;

/** The schemas that Regatta ships, from the data files in schemas/. */
export interface KnownSchemas {
  /** Built-in kinds: `apps/v1/Deployment`, `/v1/Pod` → the schema's name. */
  readonly kubernetes: {
    readonly kinds: Readonly<Record<string, string>>;
    readonly definitions: Definitions;
  };
  /** Istio's kinds → the index of the schema. */
  readonly istio: {
    readonly kinds: Readonly<Record<string, number>>;
    readonly schemas: readonly OpenApiSchema[];
  };
}
