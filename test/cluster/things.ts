/** Numbered kinds whose definitions learn a field. */
export const thingsGroup = 'things.test.regatta.dev';

/** Files of `count` definitions with an object each. With `later`, the definitions have that field, and the objects set it. */
export function things(count: number, later: boolean): Readonly<Record<string, object>> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const field = later ? { later: { type: 'string' } } : {};
  const schema = { type: 'object', properties: { first: { type: 'string' }, ...field } };
  return Object.fromEntries(
    numbers.flatMap((number) => [
      [`_cluster/things${number}.json`, thingDefinition(number, schema)],
      [`default/thing${number}.json`, thing(number, later ? { later: 'here' } : {})],
    ]),
  );
}

/** Returns the definition of a kind whose spec has this schema. */
export function thingDefinition(number: number, spec: object): object {
  const openAPIV3Schema = { type: 'object', properties: { spec } };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things${number}.${thingsGroup}` },
    spec: {
      group: thingsGroup,
      names: { kind: `Thing${number}`, plural: `things${number}`, singular: `thing${number}` },
      scope: 'Namespaced',
      versions: [version],
    },
  };
}

export function thing(number: number, spec: object): object {
  return {
    apiVersion: `${thingsGroup}/v1`,
    kind: `Thing${number}`,
    metadata: { name: 'one', namespace: 'default' },
    spec: { first: 'here', ...spec },
  };
}

export function thingKey(number: number): string {
  return `${thingsGroup}/Thing${number}/default/one`;
}

export function thingPath(number: number): string {
  return `/apis/${thingsGroup}/v1/namespaces/default/things${number}/one`;
}
