/** Finds the line of a source file that sets a value of a rendered object, for `regatta drift --adopt`. */
import type { Decisions } from '#compiler/decisions.ts';
import { decisionOf } from '#compiler/explain/file.ts';
import type { Origin } from '#compiler/explain/origin.ts';
import { traceOrigins } from '#compiler/explain/origins.ts';
import { traceAt, valueAtPath } from '#compiler/explain/trace.ts';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { pathOf } from '#model/pointer.ts';
import { possiblePathsOf } from '#model/rendered-path.ts';
import type { DriftedField } from '#syncer/observe/drift.ts';

/** A field of one object that drifted to the same live value on all of `clusters`. */
export interface Change extends DriftedField {
  readonly key: ObjectKey;
  readonly clusters: readonly string[];
}

/** An origin whose position in a source file is known. */
export type LocatedOrigin = Origin & { readonly at: NonNullable<Origin['at']> };

/**
 * Returns the line of a source file that sets the field on all drifted clusters and on no others. If no
 * such line exists, returns the reason as a message.
 */
export function soleOrigin(decisions: Decisions, change: Change): LocatedOrigin | string {
  const origins = new Map<string, Origin | string>();
  for (const cluster of clustersWith(decisions, change.key)) {
    origins.set(cluster, originIn(decisions, cluster, change));
  }
  const own = change.clusters.map((cluster) => origins.get(cluster) ?? notRendered);
  const [first = ''] = own;
  if (typeof first === 'string') return first;
  const { at } = first;
  if (at === undefined) return 'regatta compile itself sets the value';
  const isSame = (other: Origin | string | undefined) =>
    typeof other === 'object' && other.at?.file === at.file && other.at.line === at.line;
  if (!own.every(isSame)) return 'different source lines set the value on different clusters';
  const others = [...origins].filter(
    ([cluster, origin]) => isSame(origin) && !change.clusters.includes(cluster),
  );
  if (others.length > 0) {
    const names = others.map(([cluster]) => cluster).join(', ');
    return `${at.file}:${at.line} also applies to ${names}; add an override for ${change.clusters.join(', ')}`;
  }
  return { ...first, at };
}

const notRendered = 'regatta compile does not render the object for the cluster';

/**
 * Returns the position of an origin's value in the text of its source file. For an entry of a
 * `plaintext` overrider, it is the position of the entry's field `value`, or undefined if `value` is not
 * on a separate line.
 */
export function valuePosition(
  text: string,
  { rule = '', at }: LocatedOrigin,
): ValuePlace | undefined {
  if (!/\.plaintext\[\d+\]$/.test(rule)) return at;
  const lines = text.split('\n');
  const isInside = (line: string) => line.trim() === '' || /^ */.exec(line)?.[0].length === indent;
  const indent = at.column - 1;
  const first = lines[at.line - 1]?.slice(indent) ?? '';
  if (first.startsWith('value:')) return at;
  for (let index = at.line; isInside(lines[index] ?? 'end'); index++) {
    if (lines[index]?.slice(indent).startsWith('value:')) {
      return { line: index + 1, column: at.column };
    }
  }
  return undefined;
}

interface ValuePlace {
  readonly line: number;
  readonly column: number;
}

function originIn(decisions: Decisions, cluster: string, change: Change): Origin | string {
  const rendered = decisionOf(change.key, cluster, decisions);
  if (rendered === undefined) return notRendered;
  const paths = matchingPaths(rendered.object, pathOf(change.pointer)).filter(
    (path) => valueAtPath(rendered.object, path) === change.desired,
  );
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0)
    return 'the rendered object does not have the field exactly once';
  return traceAt(traceOrigins(rendered, decisions), path).origin();
}

/** Returns the names of the clusters whose rendered directory contains the object. */
export function clustersWith(decisions: Decisions, key: ObjectKey): readonly string[] {
  const names = new Set(
    decisions.bindings.flatMap(({ clusters }) => clusters.map(({ name }) => name)),
  );
  return [...names].filter((cluster) => objectIn(decisions, cluster, key) !== undefined);
}

/** Returns the object as compile renders it for a cluster, or undefined if the cluster does not get the object. */
export function objectIn(
  decisions: Decisions,
  cluster: string,
  key: ObjectKey,
): KubeObject | undefined {
  return decisionOf(key, cluster, decisions)?.object;
}

/** Returns the files that an object can have in a cluster's rendered directory, relative to the repository. */
export function filesOf(
  { settings }: Decisions,
  cluster: string,
  key: ObjectKey,
): readonly string[] {
  return possiblePathsOf(key).map((path) => `${settings.rendered}/${cluster}/${path}`);
}

/** Returns the values of a changed field: one, or one for each list item if the pointer contains `*`. */
export function leavesOf(object: KubeObject, { pointer }: Change): readonly unknown[] {
  return matchingPaths(object, pathOf(pointer)).map((path) => valueAtPath(object, path));
}

/** Returns the paths in `value` that match the keys; `*` matches every item of a list. */
function matchingPaths(
  value: unknown,
  [key, ...rest]: readonly string[],
): readonly (readonly string[])[] {
  if (key === undefined) return [[]];
  if (typeof value !== 'object' || value === null) return [];
  const isAny = key === '*' && Array.isArray(value);
  return Object.entries(value)
    .filter(([name]) => isAny || name === key)
    .flatMap(([name, inner]) => matchingPaths(inner, rest).map((path) => [name, ...path]));
}
