import { Ajv, type ValidateFunction } from 'ajv';
import { gvkOf, type KubeObject } from '#model/object.ts';
import { parseQuantity } from '#model/quantity.ts';
import type { KnownSchemas, OpenApiSchema } from '#model/schema.ts';
import { type Fault, faultsOf, type KeywordError } from './faults.ts';
import { builtinId, strictCustom, strictDefinitions, type UniqueBy } from './strict-schema.ts';

/** Validates objects by the schemas of their kinds, each of which is compiled when it is first needed. */
export class Validators {
  readonly #known: KnownSchemas;
  readonly #ajv: Ajv;
  readonly #builtin = new Map<string, ValidateFunction>();
  readonly #custom = new WeakMap<OpenApiSchema, ValidateFunction | 'faulty'>();

  constructor(known: KnownSchemas) {
    this.#known = known;
    this.#ajv = new Ajv({
      allErrors: true,
      verbose: true,
      strict: false,
      validateSchema: false,
      inlineRefs: false,
      formats: {
        byte: isBase64,
        'date-time': isTime,
        quantity: (text: string) => parseQuantity(text) !== undefined,
      },
      keywords: [{ keyword: 'uniqueBy', validate: isUnique, errors: 'full' }],
    });
    this.#ajv.addSchema(strictDefinitions(known.kubernetes.definitions) as object);
  }

  /** What is wrong with an object of a kind that Kubernetes serves; undefined when it is not of one. */
  builtinFaults(object: KubeObject): readonly Fault[] | undefined {
    const { group, version, kind } = gvkOf(object);
    const name = this.#known.kubernetes.kinds[`${group}/${version}/${kind}`];
    if (name === undefined) return undefined;
    let validate = this.#builtin.get(name);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${builtinId}#/definitions/${name}` });
      this.#builtin.set(name, validate);
    }
    // To an API server a null is a field that is left out.
    return run(validate, withoutNulls(object));
  }

  /** What is wrong with a custom resource by the schema in its definition; undefined when that is none. */
  customFaults(schema: OpenApiSchema, object: KubeObject): readonly Fault[] | undefined {
    let validate = this.#custom.get(schema);
    if (validate === undefined) {
      validate = this.#compile(schema);
      this.#custom.set(schema, validate);
    }
    if (validate === 'faulty') return undefined;
    return run(validate, { ...object, metadata: withoutNulls(object.metadata) });
  }

  /** Schemas are what authors write: anything. */
  #compile(schema: OpenApiSchema): ValidateFunction | 'faulty' {
    try {
      return this.#ajv.compile(strictCustom(schema) as object);
    } catch {
      return 'faulty';
    }
  }
}

function run(validate: ValidateFunction, value: unknown): readonly Fault[] {
  return validate(value) ? [] : faultsOf((validate.errors ?? []) as readonly KeywordError[]);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}

/** As Go reads it: line breaks do not count. */
function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
    text.replaceAll(/[\r\n]/g, ''),
  );
}

/** RFC 3339. */
function isTime(text: string): boolean {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  return form.test(text) && !Number.isNaN(Date.parse(text));
}

/** The keyword `uniqueBy`: leaves the places of items that came before in `errors`, as ajv wants it. */
function isUnique({ keys, defaults }: UniqueBy, list: unknown): boolean {
  if (!Array.isArray(list)) return true;
  const seen = new Set<string>();
  const errors: object[] = [];
  for (const [index, item] of list.entries()) {
    const identity = JSON.stringify(
      keys.length === 0 ? item : keys.map((key) => Object(item)[key] ?? defaults[key] ?? null),
    );
    if (seen.has(identity)) {
      errors.push({ keyword: 'uniqueBy', params: { index, keys }, message: 'is there twice' });
    }
    seen.add(identity);
  }
  isUnique.errors = errors;
  return errors.length === 0;
}
isUnique.errors = [] as object[];
