import type { Diagnostic } from '#model/diagnostic.ts';
import type { ObjectKey } from '#model/object.ts';
import type { Overrun } from '#model/overruns.ts';
import type { DriftedField } from '../observe/drift.ts';
import type { Result } from '../plan/outcome.ts';

/** Results that change the cluster. */
export const changes: ReadonlySet<Result> = new Set<Result>([
  'created',
  'configured',
  'pruned',
  'released',
  'abandoned',
]);

/** An event for people and programs. The syncer reports each one once. */
export type SyncEvent =
  | {
      readonly type: 'object';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly result: Result;
      /**
       * The reason if the result is refused, failed, held, abandoned, postponed or waiting; fields that the API
       * server did not keep if it is created, configured or unchanged; '' otherwise.
       */
      readonly message: string;
    }
  | ({
      /** A limit of the deletion budget holds deletions in a cluster. */
      readonly type: 'held';
      readonly cluster: string;
    } & Omit<Overrun, 'holds'>)
  | {
      /** Another manager changed or deleted an object. The syncer corrected it unless `reportOnly` is set. */
      readonly type: 'drift';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly deleted: boolean;
      /** Set if the drift mode or a change window keeps the syncer from correcting the drift. */
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
  /** What the author of a desired object should change. The syncer applies the object. */
  | {
      readonly type: 'warning';
      readonly cluster: string;
      readonly key: ObjectKey;
      readonly message: string;
    }
  /** A cluster left the fleet: Git no longer renders it, and it still has the fleet's inventory. */
  | { readonly type: 'former'; readonly cluster: string; readonly objects: number }
  /** The fleet claimed an inventory, or took over objects of another fleet. */
  | {
      readonly type: 'claimed';
      readonly cluster: string;
      /** Number of objects in the inventory. */
      readonly objects: number;
      readonly reason: string;
    }
  /** The cluster equals its directory at `commit`. */
  | {
      readonly type: 'synced';
      readonly cluster: string;
      readonly commit: string;
      readonly counts: Readonly<Partial<Record<Result, number>>>;
      readonly ms: number;
    }
  /** The syncer refuses the cluster's directory, and does not change the cluster until Git changes. */
  | { readonly type: 'refused'; readonly cluster: string; readonly reason: string }
  /** A turn failed. The syncer retries it. */
  | { readonly type: 'trouble'; readonly cluster: string; readonly reason: string }
  /** The syncer cannot read the repository or its branch. It retries. */
  | {
      readonly type: 'source-trouble';
      /** Host and path of the repository, without credentials. */
      readonly repository: string;
      readonly reason: string;
    }
  /** The syncer can read the repository again, `ms` milliseconds after it first failed to. */
  | { readonly type: 'source-recovered'; readonly repository: string; readonly ms: number }
  /** A commit does not compile. The syncer applies it to no cluster. */
  | {
      readonly type: 'rejected-commit';
      readonly commit: string;
      readonly diagnostics: readonly Diagnostic[];
      /** The limit that the compile exceeded. */
      readonly reason?: string;
    }
  /** With `--compile`, a commit compiles with warnings. */
  | {
      readonly type: 'commit-warnings';
      readonly commit: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** With `--compile`, the syncer pushed the rendered commit of a source commit. */
  | { readonly type: 'published'; readonly source: string; readonly commit: string };

/** Called with each event of the syncer. */
export type ReportEvent = (event: SyncEvent) => void;
