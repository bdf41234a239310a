import type { ObjectKey } from '#model/object.ts';
import type { Health } from '../health/rule.ts';
import { deadlineFor, type Stage, stuck } from '../health/stage.ts';
import { Trigger } from '../pace/trigger.ts';
import type { Clock } from '../ports/machine.ts';
import type { CachedObject } from './cached-object.ts';

/** Told when an object's status is another one; `before` is undefined when it is first seen. */
type OnNews = (key: ObjectKey, now: Health, before: Health | undefined) => void;

/** An object on its way. */
interface Wait {
  readonly stage: Stage;
  readonly health: Health;
  /** What was missing at one time or another: only what is new is progress. */
  readonly seen: Set<string>;
  /** Of the last progress, in milliseconds since the epoch. */
  readonly since: number;
}

/** Some controllers write another message each time: that is no progress for ever. */
const stepsAtMost = 1000;

/**
 * The health of a member's objects as it is told: one that is InProgress and makes no progress for
 * as long as the deadline says is Failed, until it does. The clock is ours: it begins when we see
 * the object on its way, and again with each change of its spec and of what it still lacks.
 */
export class Readiness {
  readonly #clock: Clock;
  readonly #onNews: OnNews;
  readonly #health = new Map<ObjectKey, Health>();
  readonly #waits = new Map<ObjectKey, Wait>();
  readonly #trigger = new Trigger();
  /** When those who wait are looked at next, in milliseconds since the epoch. */
  #nextLook = Number.POSITIVE_INFINITY;
  #deadlineMs = 0;

  constructor(clock: Clock, onNews: OnNews) {
    this.#clock = clock;
    this.#onNews = onNews;
  }

  /** `spec.sync.health.progressDeadline`, in milliseconds. */
  set deadlineMs(ms: number) {
    this.#deadlineMs = ms;
    this.#trigger.fire();
  }

  get(key: ObjectKey): Health | undefined {
    return this.#health.get(key);
  }

  /** Takes in what was observed of an object; undefined when it is gone. */
  note(key: ObjectKey, observed: CachedObject | undefined): void {
    const { health, stage } = observed ?? {};
    if (health === undefined) this.#health.delete(key);
    if (health === undefined || stage === undefined) this.#waits.delete(key);
    else this.#await(key, stage, health);
    const wait = this.#waits.get(key);
    if (health !== undefined) this.#tell(key, wait === undefined ? health : this.#judge(wait));
  }

  /** Tells of deadlines when they are over, until stopped. */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      for (const [key, wait] of this.#waits) this.#tell(key, this.#judge(wait));
      const ahead = [...this.#waits.values()].map((wait) => this.#leftMs(wait));
      const pauseMs = Math.min(...ahead.filter((ms) => ms > 0));
      this.#nextLook = this.#clock.now() + pauseMs;
      await this.#trigger.wait(this.#clock, pauseMs, stop);
    }
  }

  #await(key: ObjectKey, stage: Stage, health: Health): void {
    const before = this.#waits.get(key);
    const known = before?.stage.id === stage.id ? before : undefined;
    const seen = known?.seen ?? new Set();
    const isStep = !seen.has(health.message) && seen.size < stepsAtMost;
    if (isStep) seen.add(health.message);
    const since = known === undefined || isStep ? this.#clock.now() : known.since;
    const wait = { stage, health, seen, since };
    this.#waits.set(key, wait);
    if (this.#clock.now() + this.#leftMs(wait) < this.#nextLook) this.#trigger.fire();
  }

  /** Milliseconds until it is late; 0 or less when it is. */
  #leftMs({ stage, since }: Wait): number {
    return since + deadlineFor(stage, this.#deadlineMs) - this.#clock.now();
  }

  #judge(wait: Wait): Health {
    const { stage, health } = wait;
    return this.#leftMs(wait) > 0 ? health : stuck(health, deadlineFor(stage, this.#deadlineMs));
  }

  #tell(key: ObjectKey, health: Health): void {
    const before = this.#health.get(key);
    this.#health.set(key, health);
    if (before?.status !== health.status) this.#onNews(key, health, before);
  }
}
