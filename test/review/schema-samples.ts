/** Generates values for every field of a valibot schema, so that a test also covers fields that are added later. */
import * as v from 'valibot';

interface Node {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly value?: Node;
  readonly wrapped?: Node;
  readonly pipe?: readonly Node[];
  readonly options?: readonly unknown[];
}

/** One change of one setting: two valid values of `spec` that differ in the field at a path. */
export interface SampledChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Values that some field of the settings accepts. */
const candidates = [
  true,
  false,
  3,
  '7%',
  '7m',
  'other',
  'other-.*',
  'example.io',
  '/spec/replicas',
  '21:15',
  'Europe/Berlin',
  'Gauge',
  'q7c1x0v9pa',
];

/** Returns a change of each field of a schema, fields of list items included. */
export function changesOf(schema: v.GenericSchema, path = 'spec'): readonly SampledChange[] {
  const node = inner(schema as unknown as Node);
  if (node.entries !== undefined) {
    return Object.entries(node.entries).flatMap(([key, entry]) =>
      changesOf(entry as unknown as v.GenericSchema, `${path}.${key}`).map((change) => ({
        path: change.path,
        before: change.before === undefined ? undefined : { [key]: change.before },
        after: { [key]: change.after },
      })),
    );
  }
  if (node.type === 'record') {
    const record = node as unknown as { readonly value: Node };
    return samplesOf(record.value).map((after) => ({
      path: `${path}.Gauge`,
      before: undefined,
      after: { Gauge: after },
    }));
  }
  if (node.type === 'array') return changesOfList(schema, path);
  const [after] = valuesOf(schema, v.safeParse(schema, undefined));
  if (after === undefined) throw new Error(`no candidate for ${path}: add one to the test`);
  return [{ path, before: undefined, after }];
}

/** Returns the list with each item that differs from the smallest one in one field. */
function changesOfList(schema: v.GenericSchema, path: string): readonly SampledChange[] {
  const { item } = inner(schema as unknown as Node);
  const samples = samplesOf(item as Node);
  const [smallest] = samples;
  const meaning = (one: unknown) => JSON.stringify(v.parse(schema, [one]));
  const others = samples.filter((one) => meaning(one) !== meaning(smallest));
  const lists = others.map((sample) => ({ path, before: [smallest], after: [sample] }));
  return [{ path, before: undefined, after: [smallest] }, ...lists];
}

/** Returns valid values: for a map one with its required fields, and one with each further field. */
function samplesOf(node: Node): readonly unknown[] {
  const { entries, type, item } = inner(node);
  const isValid = (value: unknown) => v.safeParse(node as never, value).success;
  if (type === 'array') return samplesOf(item as Node).map((one) => [one]);
  if (entries === undefined) return valuesOf(node as never, undefined);
  const fields = Object.entries(entries);
  const required = fields.filter(([, entry]) => !['optional', 'nullish'].includes(entry.type));
  const smallest = Object.fromEntries(required.map(([key, entry]) => [key, samplesOf(entry)[0]]));
  const more = fields.flatMap(([key, entry]) =>
    samplesOf(entry)
      .slice(0, 2)
      .map((value) => ({ ...smallest, [key]: value })),
  );
  return [smallest, ...more].filter(isValid);
}

function valuesOf(schema: v.GenericSchema, usual: unknown): readonly unknown[] {
  const { options = [] } = inner(schema as unknown as Node);
  const literal = options.filter((option) => typeof option !== 'object');
  return [...literal, ...candidates].filter((value) => {
    const result = v.safeParse(schema, value);
    return result.success && JSON.stringify(result.output) !== JSON.stringify(Object(usual).output);
  });
}

/** Returns the schema below `optional`, and the first of a pipe. */
function inner(node: Node): Node {
  if (node.wrapped !== undefined) return inner(node.wrapped);
  if (node.entries === undefined && node.pipe !== undefined && node.pipe[0] !== node) {
    const [first] = node.pipe;
    if (first !== undefined) return inner(first);
  }
  return node;
}
