/** What is known of the form of objects, as OpenAPI says it. */
import type { Json } from './object.ts';

/** The part of an OpenAPI v3 schema that decides whether a value is valid. */
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

/** Named schemas, as `$ref: '#/components/schemas/<name>'` refers to them. */
export type Definitions = Readonly<Record<string, OpenApiSchema>>;

/** The schemas that come with Regatta: the data files of schemas/. */
export interface KnownSchemas {
  /** Kinds that Kubernetes itself serves: `apps/v1/Deployment`, `/v1/Pod` → the schema's name. */
  readonly kubernetes: {
    readonly kinds: Readonly<Record<string, string>>;
    readonly definitions: Definitions;
  };
  /** Custom kinds that are met everywhere: → the index of the schema. */
  readonly istio: {
    readonly kinds: Readonly<Record<string, number>>;
    readonly schemas: readonly OpenApiSchema[];
  };
}
