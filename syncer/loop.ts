import type { ObjectKey } from '#model/object.ts';
import { AheadError } from './commit-order.ts';
import { concludeTurn } from './conclude.ts';
import type { Desired, DesiredOrRefusal } from './desired/desired.ts';
import type { Health } from './health/rule.ts';
import { secretsOf, withHiddenAnswers } from './hidden-answers.ts';
import type { HeldByOther } from './lease/lease-state.ts';
import { LeasedPort } from './lease/leased-port.ts';
import { MemberLease } from './lease/member-lease.ts';
import type { LoopOptions, UnreadyObject } from './loop-options.ts';
import { Member } from './member.ts';
import type { CachedObject } from './observe/cached-object.ts';
import { Readiness } from './observe/readiness.ts';
import { endSoon } from './pace/end-soon.ts';
import { Retries } from './pace/retries.ts';
import { Trigger } from './pace/trigger.ts';
import { type ActionOutcome, shortestPause } from './plan/outcome.ts';
import type { Clock } from './ports/machine.ts';
import { reconcile } from './reconcile.ts';
import { LoopReporter } from './report/loop-reporter.ts';
import { type LoopState, Turns } from './report/turns.ts';
import { aheadReason, Succession } from './succession.ts';

/** How long to collect changes in the cluster before a turn handles them together, in milliseconds. */
const settleMs = 20;

/** Keeps one member cluster equal to its directory. A commit, a change in the cluster or a retry starts a turn. */
export class Loop {
  readonly name: string;
  readonly #clock: Clock;
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
  /** True when the last turn left objects that wait for other objects. */
  #hasWaiting = false;
  readonly #succession: Succession;
  readonly #turnReports: Turns;
  readonly #reporter: LoopReporter;
  #state: LoopState = { type: 'working', reason: 'not started yet' };

  constructor(options: LoopOptions) {
    const { name, clock, log, report, redactor, tooling, resyncMs, onProgress, refresh } = options;
    this.#resyncMs = resyncMs;
    this.name = name;
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#retries = new Retries(name);
    this.#turnReports = new Turns(name, clock, options.turned);
    this.#readiness = new Readiness(clock, (...change) => this.#onHealth(...change));
    this.#lease = new MemberLease({ ...options, onLoss: () => this.#endTurn() });
    const isSecret = secretsOf(() => this.#desired);
    const port = new LeasedPort(withHiddenAnswers(options.port, isSecret), this.#lease);
    const known = (key: ObjectKey) => ({
      apiVersion: this.#desired?.objects.get(key)?.object.apiVersion,
      uid: this.#member.cache.objects.get(key)?.uid,
    });
    this.#reporter = new LoopReporter({ cluster: name, port, clock, log, report, redactor, known });
    this.#member = new Member({
      name,
      port,
      clock,
      tooling,
      report: this.#reporter.report,
      onChange: (key, now, before) => this.#onChange(key, now, before),
      onBreak: () => this.#trigger.fire(),
      timed: this.#turnReports.timed,
      mayFollow: options.mayFollow,
    });
    this.#succession = new Succession({ name, member: this.#member, lease: this.#lease, refresh });
  }

  get state(): LoopState {
    return this.#state;
  }

  /** Desired objects that are not ready, with the reason. */
  get unready(): readonly UnreadyObject[] {
    return [...(this.#desired?.objects.values() ?? [])].flatMap(({ key, object }) => {
      const health = this.#readiness.get(key);
      return health === undefined || health.status === 'Current' ? [] : [{ key, object, health }];
    });
  }

  /** Sets what the cluster must contain from now on. A refusal keeps the previous desired state. */
  setDesired(content: DesiredOrRefusal): void {
    if (content.type === 'refused') {
      this.#refusal = content.reason;
      this.#reporter.report({ type: 'refused', cluster: this.name, reason: content.reason });
    } else {
      this.#refusal = undefined;
      this.#desired = content.desired;
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

  /** Runs turns until stopped. Resolves after the last turn has ended and the loop has released the Lease. */
  async run(stop: AbortSignal): Promise<void> {
    void this.#readiness.watch(stop);
    await endSoon(this.#turns(stop), this.#clock, stop);
    await this.#reporter.close();
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

  /** Makes the next turn read the inventory and list every kind again, in case a watch missed an event. */
  #resync(): void {
    this.#resyncAt = this.#clock.now() + this.#resyncMs;
    this.#member.forget();
    this.#member.cache.markStale();
  }

  /** Runs one turn. Resolves to the milliseconds after which to run the next one. */
  async #turn(stop: AbortSignal): Promise<number> {
    const started = this.#clock.now();
    const pause = this.#retries.untilAsked(started);
    if (pause > 0) return pause;
    const before = this.#desired;
    if (before === undefined && this.#refusal) return this.#settle([], started);
    try {
      await this.#succession.expectBehind(before?.commit, stop);
      const lease = await this.#turnReports.timed('lease', () => this.#lease.take(stop));
      if (lease.type === 'held-by-other') return this.#waitForLease(lease);
      if (lease.acquired) {
        this.#retries.answered();
        this.#resync();
        await this.#succession.begin();
      }
      // A newer commit may have arrived while the syncer acquired the Lease.
      const desired = before && this.#desired;
      this.#superseded = new AbortController();
      if (desired === undefined) return await this.#prepare(stop);
      const cut = AbortSignal.any([stop, this.#superseded.signal]);
      const turn = await reconcile(this.#member, desired, stop, cut);
      this.#succession.completed();
      this.#retries.answered();
      if (stop.aborted) return 0;
      if (!turn.again && !cut.aborted) return this.#settle(turn.outcomes, started);
      this.#reporter.count(turn.outcomes);
      return 0;
    } catch (error) {
      if (stop.aborted) return 0;
      return error instanceof AheadError ? this.#waitForCommit(error) : this.#onError(error, stop);
    }
  }

  /** Writes nothing until a fetch brings the commit that the cluster is at. */
  async #waitForCommit(error: AheadError): Promise<number> {
    const own = this.#desired?.commit ?? '';
    const reason = aheadReason(error, own);
    this.#retries.answered();
    this.#state = { type: 'working', reason };
    const pauseMs = await this.#succession.wait();
    // The fetch brought another commit.
    if (this.#desired?.commit !== own) return 0;
    this.#setWaiting(reason);
    return pauseMs;
  }

  /** Reads what the first turn needs of the cluster in any case, while Git is still being read. */
  async #prepare(stop: AbortSignal): Promise<number> {
    await this.#member.inventory(stop);
    this.#retries.answered();
    this.#turnReports.goOn();
    return Number.POSITIVE_INFINITY;
  }

  #waitForLease({ holder, pauseMs }: HeldByOther): number {
    this.#retries.answered();
    this.#succession.overtaken();
    this.#setWaiting(`waits: the cluster is held by ${holder}`);
    return pauseMs;
  }

  #setWaiting(reason: string): void {
    this.#state = { type: 'working', reason };
    this.#reporter.trouble(reason);
  }

  #settle(outcomes: readonly ActionOutcome[], started: number): number {
    const commit = this.#desired?.commit ?? '';
    const ms = this.#clock.now() - started;
    this.#turnReports.note(outcomes);
    this.#hasWaiting = outcomes.some(({ result }) => result === 'waiting');
    const { state, backoff } = concludeTurn(outcomes, this.#refusal, commit);
    this.#state = state;
    this.#reporter.settled({ outcomes, state, commit, ms });
    const pause = shortestPause(outcomes);
    if (backoff !== undefined) return Math.min(this.#retries.after(backoff), pause);
    this.#retries.clear();
    return pause;
  }

  async #onError(error: unknown, stop: AbortSignal): Promise<number> {
    this.#turnReports.failed(error);
    const isAnswering = await this.#retries.isAnswering(error, this.#member.reachability, stop);
    const failure = this.#retries.failed(error, this.#clock.now(), isAnswering);
    this.#member.forget();
    this.#state = { type: failure.isLasting ? 'stalled' : 'working', reason: failure.reason };
    this.#reporter.failed(error, failure);
    return failure.pauseMs;
  }

  #onChange(key: ObjectKey, now: CachedObject | undefined, before: CachedObject | undefined): void {
    this.#readiness.note(key, now);
    // Most events change only the status, which needs no turn.
    if (now?.fields === before?.fields && now?.deleting === before?.deleting) return;
    this.#trigger.fireAfter(settleMs, this.#clock);
  }

  #onHealth(key: ObjectKey, { status, message }: Health, before: Health | undefined): void {
    if (this.#hasWaiting) this.#trigger.fire();
    const isNews = status === 'Failed' || (status === 'Current' && before !== undefined);
    if (isNews && this.#desired?.objects.has(key)) {
      this.#reporter.report({ type: 'health', cluster: this.name, key, status, message });
    }
    this.#onProgress();
  }
}
