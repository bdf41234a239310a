import type { Diagnostic } from '#model/diagnostic.ts';
import type { ObjectKey } from '#model/object.ts';
import type { DriftedField } from '../observe/drift.ts';
import type { Result } from '../plan/outcome.ts';

/** What changes something in the cluster. */
export const changes: ReadonlySet<Result> = new Set<Result>([
  'created',
  'configured',
  'pruned',
  'released',
  'abandoned',
]);

/** Something that people or programs want to hear of; every one is told once. */
export type SyncEvent =
  | {
      readonly type: 'object';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly result: Result;
      /** Why, of refused, failed, held, kept, postponed and waiting; '' otherwise. */
      readonly message: string;
    }
  | {
      /** Somebody changed or deleted an object, and it was put right unless it is `left`. */
      readonly type: 'drift';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly deleted: boolean;
      /** It was left as it is. */
      readonly reportOnly?: true;
      readonly changes: readonly DriftedField[];
    }
  | {
      /** An object became ready, or failed to. */
      readonly type: 'health';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly status: 'Current' | 'Failed';
      readonly message: string;
    }
  /** The cluster equals its directory at `commit`. */
  | {
      readonly type: 'synced';
      readonly cluster: string;
      readonly commit: string;
      readonly counts: Readonly<Partial<Record<Result, number>>>;
      readonly ms: number;
    }
  /** The cluster is left as it is until Git or its cause changes. */
  | { readonly type: 'refused'; readonly cluster: string; readonly reason: string }
  /** A turn could not be carried through; it is tried again. */
  | { readonly type: 'trouble'; readonly cluster: string; readonly reason: string }
  /** The repository or its branch can't be read; it is tried again. */
  | { readonly type: 'source-trouble'; readonly reason: string }
  /** A commit that does not compile: nothing of it is applied anywhere. */
  | {
      readonly type: 'rejected-commit';
      readonly commit: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** What `--compile` wrote and pushed. */
  | { readonly type: 'published'; readonly source: string; readonly commit: string };

export type ReportEvent = (event: SyncEvent) => void;
