import type { ObjectKey } from '#model/object.ts';
import { AheadError } from './commit-order.ts';
import { concludeTurn } from './conclude.ts';
import type { Desired, DesiredOrRefusal } from './desired/desired.ts';
import type { Health } from './health/rule.ts';
import { secretsOf, withHiddenAnswers } from './hidden-answers.ts';
import { FleetRefusal, type Goal } from './identify.ts';
import type { HeldByOther } from './lease/lease-state.ts';
import type { LoopOptions } from './loop-options.ts';
import { type CachedObject, needsTurn } from './observe/cached-object.ts';
import { Readiness, type UnreadyObject } from './observe/readiness.ts';
import { rejectedBackoff } from './pace/backoff.ts';
import { Retries } from './pace/retries.ts';
import { StopTime, stopTimes } from './pace/stop-time.ts';
import { Trigger } from './pace/trigger.ts';
import { type ActionOutcome, metTrouble, shortestPause } from './plan/outcome.ts';
import type { Unanswered } from './ports/cluster.ts';
import { reconcile } from './reconcile.ts';
import type { LoopReporter } from './report/loop-reporter.ts';
import { type LoopState, Turns } from './report/turns.ts';
import { reporterFor } from './reporter-for.ts';
import { Residence } from './residence.ts';
import { Session } from './session.ts';
import { aheadReason } from './succession.ts';

/** How long to collect changes in the cluster before a turn handles them together, in milliseconds. */
const settleMs = 20;

/** Keeps one member cluster equal to its directory. A commit, a change in the cluster or a retry starts a turn. */
export class Loop {
  readonly name: string;
  readonly #options: LoopOptions;
  readonly #residence: Residence;
  readonly #trigger = new Trigger();
  readonly #readiness: Readiness;
  #goal: Goal;
  #desired: Desired | undefined;
  #refusal: string | undefined;
  #superseded = new AbortController();
  readonly #retries: Retries;
  /** True when the last turn left objects that wait for other objects. */
  #hasWaiting = false;
  readonly #turnReports: Turns;
  readonly #reporter: LoopReporter;
  #state: LoopState = { type: 'working', reason: 'not started yet' };

  constructor(options: LoopOptions) {
    const { name, port, clock } = options;
    this.#options = options;
    this.#goal = options.goal;
    this.name = name;
    this.#retries = new Retries(name);
    this.#turnReports = new Turns(name, clock, options.turned);
    this.#readiness = new Readiness(clock, (...change) => this.#onHealth(...change));
    const desired = () => this.#desired;
    this.#reporter = reporterFor(options, desired, () => this.#residence.session);
    this.#residence = new Residence({
      ...options,
      port: withHiddenAnswers(port, secretsOf(desired)),
      report: this.#reporter.report,
      onChange: (key, now, before) => this.#onChange(key, now, before),
      onBreak: () => this.#trigger.fire(),
      onLoss: () => this.#endTurn(),
      timed: this.#turnReports.timed,
    });
  }

  get state(): LoopState {
    return this.#state;
  }

  /** The request that the API server has not answered for the longest time. */
  get unanswered(): Unanswered | undefined {
    return this.#options.port.unanswered?.();
  }

  /** Desired objects that are not ready, with the reason. */
  get unready(): readonly UnreadyObject[] {
    return this.#readiness.unreadyAmong(this.#desired?.objects.values().toArray() ?? []);
  }

  /** Sets what the cluster must contain from now on. A refusal keeps the previous desired state. */
  setDesired(content: DesiredOrRefusal): void {
    if (content.type === 'refused') {
      this.#refusal = content.reason;
      this.#reporter.report({ type: 'refused', cluster: this.name, reason: content.reason });
    } else {
      this.#refusal = undefined;
      this.#desired = content.desired;
      this.#goal = content.desired;
      this.#readiness.deadlineMs = content.desired.settings.health.progressDeadlineMs;
      this.#retries.clear();
    }
    this.#state = { type: 'working', reason: 'its turn has not ended' };
    // The running turn may wait for objects that are no longer desired.
    this.#endTurn();
  }

  /** Ends the running turn after the objects in progress, and starts another one. */
  #endTurn(): void {
    this.#superseded.abort();
    this.#trigger.fire();
  }

  /** Runs turns until stopped. Resolves after the last turn has ended and the loop has released the Lease, or soon after the stop. */
  async run(stop: AbortSignal): Promise<void> {
    void this.#readiness.watch(stop);
    const time = new StopTime(this.#options.clock, stop);
    await time.within(this.#turns(stop), stopTimes.turns);
    await time.within(this.#reporter.close(), stopTimes.events);
    await time.within(this.#residence.close(), stopTimes.lease);
  }

  async #turns(stop: AbortSignal): Promise<void> {
    let pauseMs = 0;
    while (!stop.aborted) {
      const waitMs = Math.min(pauseMs, this.#residence.untilResyncMs);
      await this.#trigger.wait(this.#options.clock, waitMs, stop);
      if (stop.aborted) return;
      if (this.#residence.untilResyncMs === 0) this.#residence.resync();
      this.#turnReports.begin();
      pauseMs = await this.#turn(stop);
      this.#turnReports.end(this.#state, this.#desired?.commit ?? '');
      this.#options.onProgress();
    }
  }

  /** Runs one turn. Resolves to the milliseconds after which to run the next one. */
  async #turn(stop: AbortSignal): Promise<number> {
    const started = this.#options.clock.now();
    const pause = this.#retries.untilAsked(started);
    if (pause > 0) return pause;
    const before = this.#desired;
    if (before === undefined && this.#refusal) return this.#settle([], started);
    try {
      const session = await this.#residence.acquire(this.#goal, before?.commit, stop);
      if ('isDone' in session) return this.#settle([], started);
      if (!(session instanceof Session)) return this.#waitForLease(session);
      // A newer commit may have arrived while the syncer acquired the Lease.
      const desired = before && this.#desired;
      this.#superseded = new AbortController();
      if (desired === undefined) return await this.#prepare(session, stop);
      const held = await this.#residence.settleOwnership(desired, stop);
      if (held !== undefined) return this.#waitForLease(held);
      return await this.#reconcile(session, desired, started, stop);
    } catch (error) {
      return stop.aborted ? 0 : this.#onFailure(error, stop);
    }
  }

  #onFailure(error: unknown, stop: AbortSignal): Promise<number> {
    if (error instanceof FleetRefusal) return this.#refuse(error);
    return error instanceof AheadError ? this.#waitForCommit(error) : this.#onError(error, stop);
  }

  async #reconcile(
    session: Session,
    desired: Desired,
    started: number,
    stop: AbortSignal,
  ): Promise<number> {
    const cut = AbortSignal.any([stop, this.#superseded.signal]);
    const turn = await reconcile(session.member, desired, session.until(stop), cut);
    session.succession.completed();
    session.audit.settled(metTrouble(turn.outcomes));
    this.#retries.answered();
    if (stop.aborted) return 0;
    if (!turn.again && !cut.aborted) return this.#settle(turn.outcomes, started);
    this.#reporter.count(turn.outcomes);
    return 0;
  }

  /** Writes nothing to a cluster of another fleet, and looks again later. */
  async #refuse({ message }: FleetRefusal): Promise<number> {
    this.#retries.answered();
    await this.#residence.leave();
    this.#state = { type: 'stalled', reason: message };
    this.#reporter.report({ type: 'refused', cluster: this.name, reason: message });
    return this.#retries.after(rejectedBackoff);
  }

  /** Writes nothing until a fetch brings the commit that the cluster is at. */
  async #waitForCommit(error: AheadError): Promise<number> {
    const own = this.#desired?.commit ?? '';
    const reason = aheadReason(error, own);
    this.#retries.answered();
    this.#state = { type: 'working', reason };
    const pauseMs = await this.#residence.waitForCommit(this.#state, own);
    // The fetch brought another commit.
    if (this.#desired?.commit !== own) return 0;
    this.#setWaiting(reason);
    return pauseMs;
  }

  /** Reads what the first turn needs of the cluster in any case, while Git is still being read. */
  async #prepare({ member }: Session, stop: AbortSignal): Promise<number> {
    await member.inventory(stop);
    this.#retries.answered();
    this.#turnReports.goOn();
    return Number.POSITIVE_INFINITY;
  }

  #waitForLease({ holder, pauseMs }: HeldByOther): number {
    this.#retries.answered();
    this.#setWaiting(`waits: the cluster is held by ${holder}`);
    return pauseMs;
  }

  #setWaiting(reason: string): void {
    this.#state = { type: 'working', reason };
    this.#reporter.trouble(reason);
  }

  #settle(outcomes: readonly ActionOutcome[], started: number): number {
    const commit = this.#desired?.commit ?? '';
    this.#turnReports.note(outcomes);
    this.#hasWaiting = outcomes.some(({ result }) => result === 'waiting');
    const { state, backoff } = concludeTurn(outcomes, this.#refusal, commit);
    this.#state = state;
    this.#reporter.settled({ outcomes, state, commit, ms: this.#options.clock.now() - started });
    this.#residence.session?.requests.end(state, commit, outcomes, this.unready.length);
    const pause = shortestPause(outcomes);
    if (backoff !== undefined) return Math.min(this.#retries.after(backoff), pause);
    this.#retries.clear();
    return pause;
  }

  async #onError(error: unknown, stop: AbortSignal): Promise<number> {
    this.#turnReports.failed(error);
    const { reachability, session } = this.#residence;
    const isAnswering = await this.#retries.isAnswering(error, reachability, stop);
    const failure = this.#retries.failed(error, this.#options.clock.now(), isAnswering);
    this.#residence.failed();
    this.#state = { type: failure.isLasting ? 'stalled' : 'working', reason: failure.reason };
    session?.requests.end(this.#state, this.#desired?.commit ?? '', [], 0);
    this.#reporter.failed(error, failure);
    return failure.pauseMs;
  }

  #onChange(key: ObjectKey, now: CachedObject | undefined, before: CachedObject | undefined): void {
    this.#readiness.note(key, now);
    if (needsTurn(now, before)) this.#trigger.fireAfter(settleMs, this.#options.clock);
  }

  #onHealth(key: ObjectKey, health: Health, before: Health | undefined): void {
    if (this.#hasWaiting) this.#trigger.fire();
    if (this.#desired?.objects.has(key)) this.#reporter.health(key, health, !before);
    this.#options.onProgress();
  }
}
