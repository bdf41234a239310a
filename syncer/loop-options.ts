import type { Redactor } from '#model/redaction.ts';
import type { MayFollow } from './commit-order.ts';
import type { ChangesSince } from './deleted-changes.ts';
import type { Goal } from './identify.ts';
import type { ClusterPort } from './ports/cluster.ts';
import type { Clock, HolderPort, Log } from './ports/machine.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn } from './report/turns.ts';

export interface LoopOptions {
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: HolderPort;
  readonly report: ReportEvent;
  /** Hides opened values in Events and answers in the member. `report` and `turned` have it already. */
  readonly redactor?: Redactor | undefined;
  /** Called at the end of each turn. */
  readonly turned?: OnTurn | undefined;
  readonly tooling: string;
  /** Reports whether the cluster may go from its commit to another. */
  readonly mayFollow: MayFollow;
  /** Reports whether a commit descends from another. */
  readonly descends: MayFollow;
  /**
   * Returns the deletions of each change of the branch. Without it, the syncer does not enforce the limits on the
   * fleet.
   */
  readonly changesSince?: ChangesSince | undefined;
  /** The values of `--take-over`. */
  readonly takeOver: ReadonlySet<string>;
  /** The fleet at the commit whose directory is being read. */
  readonly goal: Goal;
  /** Fetches now. Resolves after the loops have the result, also when the fetch failed. */
  readonly refresh: () => Promise<void>;
  /** Interval between full resyncs, in milliseconds. */
  readonly resyncMs: number;
  /** How a syncer that runs once asks the syncer that holds the Lease; undefined if it must not ask. */
  readonly asks?: () => { readonly wait: boolean } | undefined;
  /** Called after each turn and after each change of an object's health. */
  readonly onProgress: () => void;
}
