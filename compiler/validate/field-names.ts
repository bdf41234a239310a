import { nearestWord } from '#model/nearest.ts';
import { gvkOf, type KubeObject } from '#model/object.ts';
import type { KnownSchemas, OpenApiSchema } from '#model/schema.ts';
import { fieldsOf } from './definitions.ts';

const anyKind = 'io.k8s.api.core.v1.ConfigMap';
const prefix = '#/components/schemas/';

/** Suggests field names for misspelled fields, from the schemas of the kinds. */
export class FieldNames {
  readonly #kubernetes: KnownSchemas['kubernetes'];

  constructor({ kubernetes }: KnownSchemas) {
    this.#kubernetes = kubernetes;
  }

  /**
   * Returns a hint for a field that the object's kind does not have.
   *
   * @param path - keys of the field in the object
   */
  hint(path: readonly string[], object: KubeObject, definition?: KubeObject): string {
    const isCustom = definition !== undefined && path[0] !== 'metadata';
    const root = isCustom ? custom(object, definition) : this.#builtin(object);
    const around = path
      .slice(0, -1)
      .reduce<OpenApiSchema | undefined>((schema, key) => this.#below(schema, key), root);
    const known = Object.keys(this.#resolve(around)?.properties ?? {});
    const nearest = nearestWord(path.at(-1) ?? '', known);
    if (nearest !== undefined) return `did you mean ${nearest}?`;
    const isShort = known.length > 0 && known.length <= 12;
    return isShort ? `the fields here are ${known.join(', ')}` : 'remove it';
  }

  #builtin(object: KubeObject): OpenApiSchema | undefined {
    const { group, version, kind } = gvkOf(object);
    // Metadata is the same in all kinds.
    const name = this.#kubernetes.kinds[`${group}/${version}/${kind}`] ?? anyKind;
    return this.#definition(name);
  }

  #definition(name: string | undefined): OpenApiSchema | undefined {
    return name === undefined ? undefined : this.#kubernetes.definitions[name];
  }

  #resolve(schema: OpenApiSchema | undefined): OpenApiSchema | undefined {
    const ref = schema?.$ref ?? schema?.allOf?.[0]?.$ref;
    return ref === undefined ? schema : this.#definition(ref.slice(prefix.length));
  }

  #below(given: OpenApiSchema | undefined, key: string): OpenApiSchema | undefined {
    const schema = this.#resolve(given);
    const named = schema?.properties?.[key];
    if (named !== undefined) return named;
    if (schema?.items !== undefined) return schema.items;
    const { additionalProperties: others } = schema ?? {};
    return typeof others === 'object' ? others : undefined;
  }
}

/** Returns the schema of a custom resource's version in its definition. */
function custom(object: KubeObject, { spec }: KubeObject): OpenApiSchema | undefined {
  const { versions } = fieldsOf(spec);
  const gvk = gvkOf(object);
  const version = (Array.isArray(versions) ? versions : [])
    .map(fieldsOf)
    .find(({ name }) => name === gvk.version);
  const schema = fieldsOf(fieldsOf(version?.schema).openAPIV3Schema);
  return schema as OpenApiSchema;
}
