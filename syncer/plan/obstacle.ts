/**
 * Decides from the API server's rejection of a new object whether another object is its obstacle: holds a value
 * that only one object can have, or uses the quota that the new object needs.
 */
import { isFieldMap, type KubeObject } from '#model/object.ts';
import type { ClusterError } from '../cluster-error.ts';
import { freesQuota } from './quota.ts';

/** What an obstacle holds. */
export type Held =
  | {
      readonly type: 'value';
      /** Name of the field, such as `nodePort`. */
      readonly field: string;
      readonly value: string;
      /** Path of the field in the rejected object; `*` stands for every item of a list. */
      readonly path: readonly string[];
    }
  | { readonly type: 'quota'; readonly quota: string }
  /** The rejection names the obstacle, but not what it holds. */
  | { readonly type: 'named' };

/** An object that the API server rejected, and why. */
export interface RejectedObject {
  readonly object: KubeObject;
  readonly error: ClusterError;
}

/** Reports whether a rejection says that something is taken, so that another object can be the obstacle. */
export function saysTaken({ message, causes }: ClusterError): boolean {
  const isDuplicate = causes.some(({ reason }) => reason === 'FieldValueDuplicate');
  return isDuplicate || /\balready\b|\bexceeded quota:/.test(message);
}

/**
 * Returns what `obstacle` holds of what the rejected object needs; undefined if the object is not its obstacle.
 * Both objects are of one kind.
 */
export function heldBy(obstacle: KubeObject, rejected: RejectedObject): Held | undefined {
  const { object, error } = rejected;
  if (!saysTaken(error)) return undefined;
  const quota = /\bexceeded quota: ([^,]+),/.exec(error.message)?.[1];
  if (quota !== undefined) {
    return freesQuota(obstacle, error.message) ? { type: 'quota', quota } : undefined;
  }
  const taken = error.causes.filter(isTaken).find(({ field }) => field !== '');
  if (taken !== undefined) return heldAt(stepsOf(taken.field), taken.message, obstacle, object);
  const named = namesIn(error.message, object);
  if (named.has(nameOf(obstacle))) return { type: 'named' };
  // Another object holds the value, even if the obstacle has it too.
  if (named.size > 0) return undefined;
  return pathsIn(object)
    .filter((path) => mentions(error.message, path))
    .map((path) => heldAt(path, error.message, obstacle, object))
    .find((held) => held !== undefined);
}

function isTaken({ reason, message }: ClusterError['causes'][number]): boolean {
  return reason === 'FieldValueDuplicate' || /\balready\b/.test(message);
}

/** Returns the value at the path that the message names, if both objects have it. */
function heldAt(
  path: readonly string[],
  message: string,
  obstacle: KubeObject,
  object: KubeObject,
): Held | undefined {
  const own = valuesAt(object, path);
  const value = valuesAt(obstacle, path).find((text) => hasWord(message, text));
  // An object that has the value twice is its own obstacle.
  if (value === undefined || own.filter((text) => text === value).length > 1) return undefined;
  const field = path.findLast((step) => step !== '*') ?? '';
  return { type: 'value', field, value, path };
}

/** Returns the steps of a path such as `spec.ports[0].nodePort`, with `*` for each index. */
function stepsOf(field: string): readonly string[] {
  return field
    .replaceAll(/\[[^\]]*\]/g, '.*')
    .split('.')
    .filter((step) => step !== '');
}

/** Returns the scalars at a path, as texts. */
function valuesAt(value: unknown, [step, ...more]: readonly string[]): readonly string[] {
  if (step === '*' || (step === undefined && Array.isArray(value))) {
    const items = typeof value === 'object' && value !== null ? Object.values(value) : [];
    return items.flatMap((item) => valuesAt(item, more));
  }
  if (step !== undefined) return isFieldMap(value) ? valuesAt(value[step], more) : [];
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

/** Returns the paths of all scalars in the spec of an object, each once. */
function pathsIn({ spec }: KubeObject): readonly (readonly string[])[] {
  const paths = new Map<string, readonly string[]>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, [...path, '*']);
    else if (isFieldMap(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    } else paths.set(path.join('\0'), path);
  };
  visit(spec, ['spec']);
  return [...paths.values()];
}

/** Reports whether the message names the field, such as `HealthCheck NodePort` for `healthCheckNodePort`. */
function mentions(message: string, path: readonly string[]): boolean {
  const field = path.findLast((step) => step !== '*') ?? '';
  return message.replaceAll(' ', '').toLowerCase().includes(field.toLowerCase());
}

/** Returns the names of objects of the kind in a message, without that of the rejected object. */
function namesIn(message: string, object: KubeObject): ReadonlySet<string> {
  const kind = RegExp.escape(object.kind);
  const names = message.matchAll(
    new RegExp(`\\b${kind}[\\s:"'\`/]+(?<name>[\\w.:-]+(?:/[\\w.:-]+)?)`, 'gi'),
  );
  const { namespace = '' } = object.metadata;
  const found = new Set<string>();
  for (const { groups } of names) {
    const name = (groups?.['name'] ?? '').replace(/[.:]+$/, '');
    found.add(name.includes('/') ? name : `${namespace}/${name}`);
  }
  found.delete(nameOf(object));
  return found;
}

function nameOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

/** Reports whether a text has a word as a whole. */
function hasWord(text: string, word: string): boolean {
  const escaped = RegExp.escape(word);
  return word !== '' && new RegExp(`(?<![\\w.-])${escaped}(?![\\w-]|\\.\\w)`).test(text);
}

/** Returns a copy of the rejected object without the value that its obstacle holds. */
export function withoutHeld(
  object: KubeObject,
  { path, value }: Extract<Held, { readonly type: 'value' }>,
): KubeObject {
  const copy = structuredClone(object);
  removeAt(copy, path, value);
  return copy;
}

function removeAt(from: unknown, [step = '', ...more]: readonly string[], value: string): void {
  if (typeof from !== 'object' || from === null) return;
  if (step === '*') {
    for (const item of Object.values(from)) removeAt(item, more, value);
    return;
  }
  const fields = from as Record<string, unknown>;
  const isLast = more.every((name) => name === '*');
  if (!isLast) removeAt(fields[step], more, value);
  else if (valuesAt(fields[step], more).includes(value)) delete fields[step];
}
