import { askForCommit } from './ask-for-commit.ts';
import { type Goal, identify } from './identify.ts';
import type { HeldByOther } from './lease/lease-state.ts';
import type { LoopOptions } from './loop-options.ts';
import type { MemberOptions } from './member.ts';
import { Reachability } from './observe/reachability.ts';
import type { Owner } from './ownership/owner.ts';
import { othersIn, type Standing } from './ownership/standing.ts';
import { ResyncTimer } from './pace/resync-timer.ts';
import type { LoopState } from './report/turns.ts';
import { Session } from './session.ts';
import { claimInventory, takeOverFleet } from './take-over.ts';

type ResidenceOptions = LoopOptions &
  Required<Pick<MemberOptions, 'report' | 'onChange' | 'onBreak' | 'timed'>> & {
    readonly onLoss: () => void;
  };

/**
 * Knows how the fleet stands in a cluster: whether it may write there, and under which names. Opens a session
 * under these names, and another one if they change.
 */
export class Residence {
  readonly #options: ResidenceOptions;
  #standing: Standing | undefined;
  /** The goal for which the standing was found out. */
  #goal: Goal | undefined;
  #session: Session | undefined;
  readonly #resyncTimer: ResyncTimer;
  readonly reachability: Reachability;

  constructor(options: ResidenceOptions) {
    this.#options = options;
    this.#resyncTimer = new ResyncTimer(options.clock, options.resyncMs);
    this.reachability = new Reachability(options.port, options.clock);
  }

  /** The current session; undefined until the syncer knows that the fleet may write to the cluster. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Milliseconds until the loop must list everything again; 0 if it must now. */
  get untilResyncMs(): number {
    return this.#resyncTimer.leftMs;
  }

  /**
   * Returns the session for a goal. Asks the cluster only if it has to.
   *
   * @throws FleetRefusal if the fleet must not write to the cluster
   * @throws ClusterError if the cluster does not answer or rejects a request
   */
  async enter(goal: Goal, stop: AbortSignal): Promise<Session> {
    const isSame = this.#goal !== undefined && isSameFleet(this.#goal, goal);
    if (!isSame) this.#standing = undefined;
    this.#goal = goal;
    const standing = this.#standing ?? (await this.#identify(goal, stop));
    this.#standing = standing;
    const { owner } = standing;
    if (this.#session !== undefined && !isSameOwner(this.#session.owner, owner)) await this.close();
    const onRequest = () => void this.#fetchForRequest();
    this.#session ??= new Session({ ...this.#options, owner, onRequest });
    this.#session.member.others = othersIn(standing);
    return this.#session;
  }

  /**
   * Acquires the Lease in the session for a goal.
   *
   * @param commit - the desired commit; undefined before the syncer has read the directory
   * @returns the session, or who holds the Lease
   * @throws AheadError if the cluster is at a commit from which the desired one does not descend
   */
  async acquire(
    goal: Goal,
    commit: string | undefined,
    stop: AbortSignal,
  ): Promise<Session | HeldByOther> {
    const session = await this.enter(goal, stop);
    const { succession, lease } = session;
    await succession.expectBehind(commit, stop);
    const { timed } = this.#options;
    const state = await timed('lease', () => lease.take(stop));
    if (state.type === 'held-by-other') {
      this.forget();
      succession.overtaken();
      const asking = { ...this.#options, ref: session.owner.names.lease };
      return commit === undefined ? state : askForCommit(asking, state, goal, stop);
    }
    session.member.correctOnce = session.requests.begin();
    if (!state.acquired) return session;
    this.resync();
    await succession.begin();
    // Another syncer or fleet may have written since.
    return (await this.enter(goal, stop)) === session ? session : this.acquire(goal, commit, stop);
  }

  /**
   * Claims the inventory and takes over other fleets, as far as the standing says so. The session must hold
   * the Lease.
   *
   * @returns the holder of another fleet's Lease, if it must end first
   */
  async settleOwnership(goal: Goal, stop: AbortSignal): Promise<HeldByOther | undefined> {
    const [standing, session] = [this.#standing, this.#session];
    if (standing === undefined || session === undefined) return undefined;
    const { claim, takes } = standing;
    if (claim === undefined && takes.length === 0) return undefined;
    const { member } = session;
    const { commit } = goal;
    if (claim !== undefined) await claimInventory(member, claim, commit, stop);
    const { holder } = this.#options;
    for (const theirs of takes) {
      const held = await takeOverFleet({ member, holder, commit, stop }, theirs);
      if (held !== undefined) return held;
    }
    this.resync();
    await this.enter(goal, stop);
    return undefined;
  }

  /** Makes the next turn find out the standing and read the inventory again. */
  forget(): void {
    this.#standing = undefined;
    this.#session?.member.forget();
  }

  /** Forgets what a failed turn may have changed, and makes the next complete one check the watches. */
  failed(): void {
    this.forget();
    this.#session?.audit.failed();
  }

  /** Makes the next turn also list every kind again, in case a watch missed an event. */
  resync(): void {
    this.#resyncTimer.restart();
    this.forget();
    this.#session?.member.cache.markStale();
  }

  /** Fetches and makes the next turn list everything, because someone asked for it. */
  async #fetchForRequest(): Promise<void> {
    const { refresh, onBreak } = this.#options;
    await refresh();
    this.resync();
    this.#session?.requests.due();
    onBreak();
  }

  /**
   * Releases the Lease and fetches, because the cluster is at a commit that the desired one does not descend from.
   * Resolves to the milliseconds after which to check again.
   */
  async waitForCommit(state: LoopState, commit: string): Promise<number> {
    if (this.#session === undefined) return 0;
    this.#session.requests.end(state, commit, [], 0);
    return this.#session.succession.wait();
  }

  /** Releases the Lease, because the fleet must not write to the cluster. The next `enter` asks the cluster again. */
  async leave(): Promise<void> {
    this.forget();
    await this.#session?.lease.yield();
  }

  /** Ends the session. Does not reject. */
  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  #identify(goal: Goal, stop: AbortSignal): Promise<Standing> {
    const { port, timed, takeOver, descends } = this.#options;
    return timed('inventory', () => identify(port, goal, { takeOver, descends }, stop));
  }
}

function isSameFleet(a: Goal, b: Goal): boolean {
  const isShared = a.settings.sharedClusters === b.settings.sharedClusters;
  return isShared && JSON.stringify(a.fleet) === JSON.stringify(b.fleet);
}

function isSameOwner(a: Owner, b: Owner): boolean {
  return a.names.id === b.names.id && JSON.stringify(a.fleet) === JSON.stringify(b.fleet);
}
