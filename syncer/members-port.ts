/** What the syncer needs of the part that serves the member clusters. It may run in another process. */
import type { MayFollow } from './commit-order.ts';
import type { ChangesSince } from './deleted-changes.ts';
import type { Deadline } from './pace/deadline.ts';
import type { RenderedTree } from './ports/source.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn, StateByCluster } from './report/turns.ts';

/** How a syncer that runs once asks the syncers that hold Leases. */
export interface Asks {
  /** Whether they wait until every object is ready. */
  readonly wait: boolean;
}

/** The commit that the clusters follow from now on. */
export interface Order {
  readonly commit: string;
  /** Names of all clusters that the commit renders; undefined if the source shows all of them. */
  readonly rendered?: readonly string[] | undefined;
  /** The rendered root at the commit, if the syncer has just listed it. Without it, the members list it themselves. */
  readonly tree?: RenderedTree | undefined;
  /** Set if the syncer runs once. */
  readonly asks?: Asks | undefined;
}

/** Until when a syncer that runs once waits for its clusters. */
export interface SettleHow extends Asks {
  readonly deadline: Deadline;
  /** Whether the clusters have the branch's commit. Without it, waiting for them is useless. */
  readonly hasCommit: boolean;
}

/** How the clusters of a syncer that runs once ended. */
export interface Settled {
  /** Number of clusters. */
  readonly clusters: number;
  /** Whether each cluster that the commit renders reached the commit. */
  readonly isGood: boolean;
}

/** Serves the member clusters: one loop for each of them. */
export interface MembersPort {
  /** The state of each cluster that the current commit renders. */
  readonly states: StateByCluster;
  /** Names of the clusters that left the fleet and still have its objects. */
  readonly former: readonly string[];
  /**
   * Hands every loop the desired state of its cluster at a commit.
   *
   * @throws Error if git fails or the settings are invalid
   */
  follow(order: Order, stop: AbortSignal): Promise<void>;
  /** Does what is due at a poll that brought no commit. */
  repeat(stop: AbortSignal): Promise<void>;
  /** Waits until every cluster is settled, reports the others as events, and ends the loops. */
  settle(how: SettleHow, stop: AbortSignal): Promise<Settled>;
  /** Resolves when all loops have ended. */
  ended(): Promise<void>;
}

/** What the members need of the syncer that follows the repository. */
export interface FollowerPort {
  readonly report: ReportEvent;
  readonly turned?: OnTurn | undefined;
  /** Reports whether the cluster may go from its commit to another. */
  readonly mayFollow: MayFollow;
  /** Reports whether a commit descends from another. */
  readonly descends: MayFollow;
  /** Returns what the commits between two commits delete. */
  readonly changesSince: ChangesSince;
  /** Fetches now. Resolves after the loops have the result, also when the fetch failed. */
  readonly refresh: () => Promise<void>;
}

/** Opens the part that serves the member clusters. */
export type OpenMembers = (follower: FollowerPort) => MembersPort;
