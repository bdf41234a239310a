import type { Cluster } from '#model/cluster.ts';
import { nearestWord } from '#model/nearest.ts';
import { isFieldMap, type Json, type JsonObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';

/** A variable in values that a cluster does not define. */
export interface UnknownVariable {
  /** JSON pointer into the values. */
  readonly pointer: string;
  /** The text in the values, such as `${cluster.regoin}`. */
  readonly written: string;
  readonly hint: string;
}

/** Matches `${cluster.region}`, and `$${cluster.region}`, which escapes it. */
const variable = /\$?\$\{cluster\.([^}]*)\}/g;

/** Returns the variables of a cluster; '' for those that the cluster does not set. */
function factsOf({ metadata, spec }: Cluster): ReadonlyMap<string, string> {
  const { provider, region, zones } = spec;
  const labels = Object.entries(metadata.labels ?? {});
  return new Map([
    ['name', metadata.name],
    ['provider', provider],
    ['region', region],
    ['zone', zones[0] ?? ''],
    ...labels.map(([key, value]): [string, string] => [`labels.${key}`, value]),
  ]);
}

/** Replaces the variables in values by a cluster's facts. */
export function resolveVariables(
  values: JsonObject,
  cluster: Cluster,
  unknown: (variable: UnknownVariable) => void,
): JsonObject {
  const facts = factsOf(cluster);
  return resolveMap(values, []);

  function resolveMap(map: JsonObject, path: readonly (string | number)[]): JsonObject {
    return Object.fromEntries(
      Object.entries(map).map(([key, value]) => [key, resolve(value, [...path, key])]),
    );
  }

  function resolve(value: Json, path: readonly (string | number)[]): Json {
    if (typeof value === 'string') {
      return value.includes('${cluster.') ? resolveText(value, pointerTo(path)) : value;
    }
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, index]));
    return isFieldMap(value) ? resolveMap(value, path) : value;
  }

  function resolveText(text: string, pointer: string): string {
    return text.replace(variable, (written, name: string) => {
      if (written.startsWith('$$')) return written.slice(1);
      const fact = facts.get(name);
      if (fact) return fact;
      unknown({ pointer, written, hint: hintFor(name, facts) });
      return written;
    });
  }
}

/** Names the field of the Cluster that sets a variable, or the variable that the author may have meant. */
function hintFor(name: string, facts: ReadonlyMap<string, string>): string {
  if (facts.has(name)) return `set spec.${name === 'zone' ? 'zones' : name} of the Cluster`;
  const nearest = nearestWord(name, facts.keys());
  if (nearest !== undefined) return `did you mean \${cluster.${nearest}}?`;
  const label = /^labels\.(.+)/.exec(name)?.[1];
  if (label !== undefined) return `add the label ${label} to metadata.labels of the Cluster`;
  return `use one of ${[...facts.keys()].map((known) => `\${cluster.${known}}`).join(', ')}`;
}
