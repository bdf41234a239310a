import type { KubeObject } from '#model/object.ts';
import { type PatchOperation, patchDocument } from './json-patch.ts';

/**
 * Plans the change that one entry of an overrider requests: returns patch operations, or why it
 * cannot. Every overrider is one such function in its own file.
 */
export type Plan<Entry> = (
  object: KubeObject,
  entry: Entry,
) => readonly PatchOperation[] | OverrideFault;

/** Why an entry cannot change the object. */
export interface OverrideFault {
  /** A clause that completes the name of the object. */
  readonly message: string;
  readonly hint?: string;
}

/** The result of one overrider. */
export type Overridden =
  | {
      readonly type: 'changed';
      readonly object: KubeObject;
      readonly touched: readonly Touched[];
    }
  | ({ readonly type: 'failed'; readonly entry: number } & OverrideFault);

/** A field of the object that an entry set or removed. */
interface Touched {
  /** Index of the entry. */
  readonly entry: number;
  /** JSON pointer into the object before the entry. */
  readonly pointer: string;
}

/**
 * Applies the entries of one overrider in order, each to the result of the previous one. If one
 * fails, the overrider changes nothing. Does not modify the input.
 */
export function applyEntries<Entry>(
  plan: Plan<Entry>,
  entries: readonly Entry[],
  object: KubeObject,
): Overridden {
  const touched: Touched[] = [];
  let document: unknown = object;
  for (const [entry, given] of entries.entries()) {
    const operations = plan(document as KubeObject, given);
    if (!isList(operations)) return { type: 'failed', entry, ...operations };
    for (const operation of operations) {
      const patched = patchDocument(document, operation);
      if (patched.type === 'failed') {
        return { type: 'failed', entry, message: patched.message, hint: patched.hint };
      }
      document = patched.document;
      touched.push({ entry, pointer: patched.touched });
    }
  }
  return { type: 'changed', object: document as KubeObject, touched };
}

function isList(
  value: readonly PatchOperation[] | OverrideFault,
): value is readonly PatchOperation[] {
  return Array.isArray(value);
}
