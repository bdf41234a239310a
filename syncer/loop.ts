import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from './cluster-error.ts';
import { AheadError } from './commit-order.ts';
import type { Desired, DesiredOrRefusal } from './desired/desired.ts';
import type { Health } from './health/rule.ts';
import { LeasedPort } from './lease/leased-port.ts';
import { type HeldByOther, MemberLease } from './lease/member-lease.ts';
import type { LoopOptions, UnreadyObject } from './loop-options.ts';
import { Member } from './member.ts';
import type { CachedObject } from './observe/cached-object.ts';
import { Readiness } from './observe/readiness.ts';
import { type Backoff, clusterBackoff, rejectedBackoff } from './pace/backoff.ts';
import { Retries } from './pace/retries.ts';
import { Trigger } from './pace/trigger.ts';
import { shortestPause } from './plan/outcome.ts';
import type { Clock, Log } from './ports/machine.ts';
import { reconcile, type TurnOutcome } from './reconcile.ts';
import { dedupeEvents } from './report/dedupe.ts';
import type { ReportEvent } from './report/events.ts';
import { MemberEvents } from './report/member-events.ts';
import { describeFaults, ResultCounts } from './report/result-counts.ts';
import { type LoopState, Turns } from './report/turns.ts';
import { aheadReason, Succession } from './succession.ts';

/** After a change in the cluster, how long to wait for others that come with it. */
const settleMs = 20;

/** Keeps one member cluster equal to its directory: on new commits, changes there, and retries. */
export class Loop {
  readonly name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #report: ReportEvent;
  readonly #onProgress: () => void;
  readonly #resyncMs: number;
  #resyncAt = Number.POSITIVE_INFINITY;
  readonly #lease: MemberLease;
  readonly #member: Member;
  readonly #trigger = new Trigger();
  readonly #readiness: Readiness;
  #desired: Desired | undefined;
  #refusal: string | undefined;
  #superseded = new AbortController();
  readonly #retries: Retries;
  /** The last turn left objects that wait for others. */
  #awaits = false;
  readonly #succession: Succession;
  readonly #resultCounts = new ResultCounts();
  readonly #turnReports: Turns;
  readonly #events: MemberEvents;
  #state: LoopState = { type: 'working', reason: 'not started yet' };

  constructor(options: LoopOptions) {
    const { name, clock, log, report, tooling, resyncMs, onProgress } = options;
    this.#resyncMs = resyncMs;
    this.name = name;
    this.#clock = clock;
    this.#log = log;
    this.#report = dedupeEvents((event) => {
      if (event.type === 'object') log.debug({ ...event }, 'object');
      report(event);
      this.#events.heard(event);
    });
    this.#onProgress = onProgress;
    this.#retries = new Retries(name);
    this.#turnReports = new Turns(name, clock, options.turned);
    this.#readiness = new Readiness(clock, (...news) => this.#healthNews(...news));
    this.#lease = new MemberLease({ ...options, onLoss: () => this.#endTurn() });
    const port = new LeasedPort(options.port, this.#lease);
    const known = (key: ObjectKey) => ({
      apiVersion: this.#desired?.objects.get(key)?.object.apiVersion,
      uid: this.#member.cache.objects.get(key)?.uid,
    });
    this.#events = new MemberEvents({ cluster: name, port, clock, log, known });
    this.#member = new Member({
      name,
      port,
      clock,
      tooling,
      report: this.#report,
      onChange: (key, now, before) => this.#changed(key, now, before),
      onBreak: () => this.#trigger.fire(),
      timed: this.#turnReports.timed,
      mayFollow: options.mayFollow,
    });
    const { refresh } = options;
    this.#succession = new Succession({ name, member: this.#member, lease: this.#lease, refresh });
  }

  get state(): LoopState {
    return this.#state;
  }

  /** Objects that Git wants and that are not ready, with the reason. */
  get unready(): readonly UnreadyObject[] {
    return [...(this.#desired?.objects.values() ?? [])].flatMap(({ key, object }) => {
      const health = this.#readiness.get(key);
      return health === undefined || health.status === 'Current' ? [] : [{ key, object, health }];
    });
  }

  /** Takes what a new commit says of the cluster. A refusal keeps what was wanted before. */
  setDesired(content: DesiredOrRefusal): void {
    if (content.type === 'refused') {
      this.#refusal = content.reason;
      this.#report({ type: 'refused', cluster: this.name, reason: content.reason });
    } else {
      this.#refusal = undefined;
      this.#desired = content.desired;
      this.#readiness.deadlineMs = content.desired.settings.health.progressDeadlineMs;
      this.#retries.clear();
    }
    this.#state = { type: 'working', reason: 'its turn has not ended' };
    // What the turn under way waits for may not be wanted any more.
    this.#endTurn();
  }

  /** The turn under way ends with the objects in hand, and another begins. */
  #endTurn(): void {
    this.#superseded.abort();
    this.#trigger.fire();
  }

  /** Runs turns until stopped; the turn under way is finished first, and the Lease given up. */
  async run(stop: AbortSignal): Promise<void> {
    void this.#readiness.watch(stop);
    await this.#turns(stop);
    await this.#events.close();
    await this.#lease.release();
  }

  async #turns(stop: AbortSignal): Promise<void> {
    let pauseMs = 0;
    this.#resyncAt = this.#clock.now() + this.#resyncMs;
    while (!stop.aborted) {
      const untilResync = Math.max(0, this.#resyncAt - this.#clock.now());
      await this.#trigger.wait(this.#clock, Math.min(pauseMs, untilResync), stop);
      if (stop.aborted) return;
      if (this.#clock.now() >= this.#resyncAt) this.#resync();
      this.#turnReports.begin();
      pauseMs = await this.#turn(stop);
      this.#turnReports.end(this.#state, this.#desired?.commit ?? '');
      this.#onProgress();
    }
  }

  /** Watches and memory may have missed something: the next turn asks the cluster for all. */
  #resync(): void {
    this.#resyncAt = this.#clock.now() + this.#resyncMs;
    this.#member.forget();
    this.#member.cache.markStale();
  }

  /** One turn; resolves to the milliseconds after which to try again. */
  async #turn(stop: AbortSignal): Promise<number> {
    const started = this.#clock.now();
    const pause = this.#retries.untilAsked(started);
    if (pause > 0) return pause;
    const before = this.#desired;
    if (before === undefined && this.#refusal) return this.#settle(undefined, started);
    try {
      await this.#succession.expectBehind(before?.commit, stop);
      const standing = await this.#turnReports.timed('lease', () => this.#lease.take(stop));
      if (standing.type === 'held-by-other') return this.#waitFor(standing);
      if (standing.acquired) {
        this.#resync();
        await this.#succession.begin();
      }
      // A newer commit may have come while the Lease was taken.
      const desired = before && this.#desired;
      this.#superseded = new AbortController();
      if (desired === undefined) return await this.#prepare(stop);
      const cut = AbortSignal.any([stop, this.#superseded.signal]);
      const turn = await reconcile(this.#member, desired, stop, cut);
      this.#succession.went();
      this.#retries.answered();
      if (stop.aborted) return 0;
      if (!turn.again && !cut.aborted) return this.#settle(turn, started);
      this.#resultCounts.add(turn.outcomes);
      return 0;
    } catch (error) {
      if (stop.aborted) return 0;
      return error instanceof AheadError ? this.#waitForCommit(error) : this.#trouble(error);
    }
  }

  /** Writes nothing, until a fetch brings the commit that the cluster is at. */
  async #waitForCommit(error: AheadError): Promise<number> {
    const own = this.#desired?.commit ?? '';
    const reason = aheadReason(error, own);
    this.#retries.answered();
    this.#state = { type: 'working', reason };
    const pauseMs = await this.#succession.wait();
    // The fetch has brought another commit.
    if (this.#desired?.commit !== own) return 0;
    this.#state = { type: 'working', reason };
    this.#report({ type: 'trouble', cluster: this.name, reason });
    return pauseMs;
  }

  /** While Git is still read: what the first turn needs of the cluster, whatever is wanted there. */
  async #prepare(stop: AbortSignal): Promise<number> {
    await this.#member.inventory(stop);
    this.#retries.answered();
    this.#turnReports.goOn();
    return Number.POSITIVE_INFINITY;
  }

  #waitFor({ holder, pauseMs }: HeldByOther): number {
    const reason = `waits: the cluster is held by ${holder}`;
    this.#retries.answered();
    this.#succession.overtaken();
    this.#state = { type: 'working', reason };
    this.#report({ type: 'trouble', cluster: this.name, reason });
    return pauseMs;
  }

  #settle(turn: TurnOutcome | undefined, started: number): number {
    const outcomes = turn?.outcomes ?? [];
    this.#turnReports.came(outcomes);
    const fault = describeFaults(outcomes);
    this.#awaits = outcomes.some(({ result }) => result === 'waiting');
    const retry = outcomes.some((outcome) => outcome.retry);
    const ms = this.#clock.now() - started;
    this.#resultCounts.add(outcomes);
    const { counts } = this.#resultCounts;
    const commit = this.#desired?.commit ?? '';
    const idle = outcomes.every(({ result }) => result === 'unchanged');
    this.#log[idle ? 'debug' : 'info']({ cluster: this.name, commit, ...counts, ms }, 'turn');

    const reason = this.#refusal ?? fault;
    if (retry) {
      this.#state = { type: 'working', reason: reason || 'waiting for objects' };
    } else if (reason !== '') {
      this.#state = { type: 'stalled', reason };
    } else {
      this.#state = { type: 'synced', commit };
      this.#report({ type: 'synced', cluster: this.name, commit, counts, ms });
      this.#resultCounts.clear();
    }
    if (retry) return this.#pause(clusterBackoff, outcomes);
    if (fault !== '') return this.#pause(rejectedBackoff, outcomes);
    this.#retries.clear();
    return shortestPause(outcomes);
  }

  #pause(backoff: Backoff, outcomes: TurnOutcome['outcomes']): number {
    return Math.min(this.#retries.after(backoff), shortestPause(outcomes));
  }

  #trouble(error: unknown): number {
    this.#turnReports.failed(error);
    const failure = this.#retries.failed(error, this.#clock.now());
    const { reason, failures } = failure;
    this.#member.forget();
    this.#state = { type: failure.isLasting ? 'stalled' : 'working', reason };
    const data = { cluster: this.name, reason, failures };
    if (error instanceof ClusterError) this.#log.warn(data, 'turn failed');
    else this.#log.error({ ...data, stack: error instanceof Error ? error.stack : '' }, 'bug');
    if (!failure.isEveryday) this.#report({ type: 'trouble', cluster: this.name, reason });
    return failure.pauseMs;
  }

  #changed(key: ObjectKey, now: CachedObject | undefined, before: CachedObject | undefined): void {
    this.#readiness.note(key, now);
    // Most events are of status alone, and no reason for a turn.
    if (now?.fields === before?.fields && now?.deleting === before?.deleting) return;
    this.#trigger.fireAfter(settleMs, this.#clock);
  }

  #healthNews(key: ObjectKey, { status, message }: Health, before: Health | undefined): void {
    if (this.#awaits) this.#trigger.fire();
    const news = status === 'Failed' || (status === 'Current' && before !== undefined);
    if (news && this.#desired?.objects.has(key)) {
      this.#report({ type: 'health', cluster: this.name, key, status, message });
    }
    this.#onProgress();
  }
}
