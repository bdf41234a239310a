import { pointerTo } from '#model/pointer.ts';
import type { Origin } from './origin.ts';

/** Where a value comes from, and each of those in it; worked out when it is asked for. */
export interface Trace {
  readonly origin: () => Origin;
  /** By field, or by place in a list. */
  readonly below: ReadonlyMap<string, Trace>;
}

/** Where the value at a pointer comes from. */
export type OriginAt = (pointer: string) => Origin;

interface Traced {
  readonly value: unknown;
  readonly trace: Trace;
}

/** The trace of a value that comes from one place as a whole. */
export function traceOf(value: unknown, originAt: OriginAt, pointer = ''): Trace {
  const below = fieldsOf(value).map(
    ([key, item]) => [key, traceOf(item, originAt, `${pointer}${pointerTo([key])}`)] as const,
  );
  return { origin: () => originAt(pointer), below: new Map(below) };
}

/**
 * The trace of what a value has become: what is different comes from `originAt`. Items that are
 * still there are known again when a list has become longer or shorter.
 */
export function retrace(before: Traced, after: unknown, originAt: OriginAt, pointer = ''): Trace {
  if (isSame(before.value, after)) return before.trace;
  const isList = Array.isArray(before.value);
  // Who puts the first thing into what is empty answers for its being there.
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

/** The trace with all that is at a path coming from `origin`. */
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

/** The trace at a path, or of the nearest value around it. */
export function traceAt(trace: Trace, path: readonly string[]): Trace {
  return path.reduce((current, key) => current.below.get(key) ?? current, trace);
}

/** Whether two JSON values are equal to the letter. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The value at a path of fields and places in lists; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
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

/** For each item after a change the one that it was before it. */
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
