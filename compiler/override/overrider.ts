import type { KubeObject } from '#model/object.ts';
import { type PatchOperation, patchDocument } from './json-patch.ts';

/**
 * What one entry of an overrider asks to change in an object: patch operations, or why it cannot be
 * told. Every overrider is such a function, in a file of its own.
 */
export type Plan<Entry> = (
  object: KubeObject,
  entry: Entry,
) => readonly PatchOperation[] | OverrideFault;

export interface OverrideFault {
  /** One clause, which follows the name of the object. */
  readonly message: string;
  readonly hint?: string;
}

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
  /** JSON pointer into the object as the entry found it. */
  readonly pointer: string;
}

/**
 * Carries out the entries that a rule gives for one overrider, in their order; each sees what the
 * ones before it did. Nothing is kept when one fails. Leaves its input untouched.
 */
export function carryOut<Entry>(
  plan: Plan<Entry>,
  entries: readonly Entry[],
  object: KubeObject,
): Overridden {
  const touched: Touched[] = [];
  let document: unknown = object;
  for (const [entry, wanted] of entries.entries()) {
    const operations = plan(document as KubeObject, wanted);
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
