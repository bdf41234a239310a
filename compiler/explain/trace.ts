import { pointerTo } from '#model/pointer.ts';
import type { Origin } from './origin.ts';

/** The origin of a value, and of the values in it. Callers compute origins on demand. */
export interface Trace {
  readonly origin: () => Origin;
  /** Traces by field name, or by index in a list. */
  readonly below: ReadonlyMap<string, Trace>;
}

/** Returns the origin of the value at a pointer. */
export type OriginAt = (pointer: string) => Origin;

interface Traced {
  readonly value: unknown;
  readonly trace: Trace;
}

/** Returns the trace of a value whose fields all have the same origin, `originAt`. */
export function traceOf(value: unknown, originAt: OriginAt, pointer = ''): Trace {
  const below = fieldsOf(value).map(
    ([key, item]) => [key, traceOf(item, originAt, `${pointer}${pointerTo([key])}`)] as const,
  );
  return { origin: () => originAt(pointer), below: new Map(below) };
}

/**
 * Returns the trace of a value after a change: values that differ come from `originAt`. Unchanged list
 * items keep their origin when the list grows or shrinks.
 */
export function retrace(before: Traced, after: unknown, originAt: OriginAt, pointer = ''): Trace {
  if (isSame(before.value, after)) return before.trace;
  const isList = Array.isArray(before.value);
  // A change that fills an empty value is the origin of that value too.
  const isNew = before.trace.below.size === 0 || isList !== Array.isArray(after);
  if (isNew || !isBranch(after)) {
    return traceOf(after, originAt, pointer);
  }
  const partnerOf = isList && Array.isArray(after) ? itemsOf(before, after) : fieldOf(before);
  const below = fieldsOf(after).map(([key, value]) => {
    const partner = partnerOf(key);
    const inner = `${pointer}${pointerTo([key])}`;
    const trace =
      partner === undefined
        ? traceOf(value, originAt, inner)
        : retrace(partner, value, originAt, inner);
    return [key, trace] as const;
  });
  return { ...before.trace, below: new Map(below) };
}

/** Returns the trace with `origin` for the value at a path and everything in it. */
export function claim(trace: Trace, path: readonly string[], origin: () => Origin): Trace {
  const [key, ...rest] = path;
  if (key === undefined) {
    const below = trace.below.entries().map(([k, inner]) => [k, claim(inner, [], origin)] as const);
    return { origin, below: new Map(below) };
  }
  const inner = trace.below.get(key);
  if (inner === undefined) return trace;
  return { ...trace, below: new Map(trace.below).set(key, claim(inner, rest, origin)) };
}

/** Returns the trace at a path, or that of the nearest enclosing value. */
export function traceAt(trace: Trace, path: readonly string[]): Trace {
  return path.reduce((current, key) => current.below.get(key) ?? current, trace);
}

/** Reports whether two values have the same JSON text. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Returns the value at a path of fields and list indices; undefined if the path does not exist. */
export function valueAtPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, key) => new Map(fieldsOf(current)).get(key), value);
}

type Partner = (key: string) => Traced | undefined;

function fieldOf({ value, trace }: Traced): Partner {
  const fields = new Map(fieldsOf(value));
  return (key) => {
    const below = trace.below.get(key);
    return below === undefined ? undefined : { value: fields.get(key), trace: below };
  };
}

/** Finds for each item of a changed list the same item before the change. */
function itemsOf(before: Traced, after: readonly unknown[]): Partner {
  const field = fieldOf(before);
  const items = fieldsOf(before.value);
  if (items.length === after.length) return field;
  const free = new Map(items.map(([key, item]) => [key, JSON.stringify(item)]));
  const partners = after.map((item) => {
    const text = JSON.stringify(item);
    const key = free.entries().find(([, other]) => other === text)?.[0];
    if (key !== undefined) free.delete(key);
    return key;
  });
  return (key) => {
    const partner = partners[Number(key)];
    return partner === undefined ? undefined : field(partner);
  };
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function fieldsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isBranch(value) ? Object.entries(value) : [];
}
