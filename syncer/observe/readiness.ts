import type { KubeObject, ObjectKey } from '#model/object.ts';
import type { Health } from '../health/rule.ts';
import { deadlineFor, type Stage, stuck } from '../health/stage.ts';
import { Trigger } from '../pace/trigger.ts';
import type { Clock } from '../ports/machine.ts';
import type { CachedObject } from './cached-object.ts';

/** Called when an object's health status changes; `before` is undefined at the first observation. */
type OnHealth = (key: ObjectKey, now: Health, before: Health | undefined) => void;

/** A desired object that is not ready. */
export interface UnreadyObject {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  readonly health: Health;
}

/** An object that is InProgress. */
interface Wait {
  readonly stage: Stage;
  readonly health: Health;
  /** All messages so far: only a new message is progress. */
  readonly seen: Set<string>;
  /** Time of the last progress, in milliseconds since the epoch. */
  readonly since: number;
}

/** Maximum number of messages that count as progress: some controllers write a new message each time. */
const maxMessages = 1000;

/**
 * Tracks the health of a member's objects. An object that is InProgress and makes no progress before
 * its deadline is Failed until it does. The deadline runs on the syncer's clock, and starts again with
 * each change of the object's spec and of what it lacks.
 */
export class Readiness {
  readonly #clock: Clock;
  readonly #onHealth: OnHealth;
  readonly #health = new Map<ObjectKey, Health>();
  readonly #waits = new Map<ObjectKey, Wait>();
  readonly #trigger = new Trigger();
  /** Time of the next check of the deadlines, in milliseconds since the epoch. */
  #nextCheck = Number.POSITIVE_INFINITY;
  #deadlineMs = 0;

  constructor(clock: Clock, onHealth: OnHealth) {
    this.#clock = clock;
    this.#onHealth = onHealth;
  }

  /** The value of `spec.sync.health.progressDeadline`, in milliseconds. */
  set deadlineMs(ms: number) {
    this.#deadlineMs = ms;
    this.#trigger.fire();
  }

  get(key: ObjectKey): Health | undefined {
    return this.#health.get(key);
  }

  /** Returns those of the objects that are not ready. */
  unreadyAmong(objects: readonly Omit<UnreadyObject, 'health'>[]): readonly UnreadyObject[] {
    return objects.flatMap(({ key, object }) => {
      const health = this.#health.get(key);
      return health === undefined || health.status === 'Current' ? [] : [{ key, object, health }];
    });
  }

  /** Records the cached state of an object; undefined if the object is gone. */
  note(key: ObjectKey, cached: CachedObject | undefined): void {
    const { health, stage } = cached ?? {};
    if (health === undefined) this.#health.delete(key);
    if (health === undefined || stage === undefined) this.#waits.delete(key);
    else this.#await(key, stage, health);
    const wait = this.#waits.get(key);
    if (health !== undefined) this.#update(key, wait === undefined ? health : this.#judge(wait));
  }

  /** Reports objects whose deadline passes, until stopped. */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      for (const [key, wait] of this.#waits) this.#update(key, this.#judge(wait));
      const ahead = [...this.#waits.values()].map((wait) => this.#leftMs(wait));
      const pauseMs = Math.min(...ahead.filter((ms) => ms > 0));
      this.#nextCheck = this.#clock.now() + pauseMs;
      await this.#trigger.wait(this.#clock, pauseMs, stop);
    }
  }

  #await(key: ObjectKey, stage: Stage, health: Health): void {
    const before = this.#waits.get(key);
    const known = before?.stage.id === stage.id ? before : undefined;
    const seen = known?.seen ?? new Set();
    const isProgress = !seen.has(health.message) && seen.size < maxMessages;
    if (isProgress) seen.add(health.message);
    const since = known === undefined || isProgress ? this.#clock.now() : known.since;
    const wait = { stage, health, seen, since };
    this.#waits.set(key, wait);
    if (this.#clock.now() + this.#leftMs(wait) < this.#nextCheck) this.#trigger.fire();
  }

  /** Milliseconds until the deadline; 0 or less when it has passed. */
  #leftMs({ stage, since }: Wait): number {
    return since + deadlineFor(stage, this.#deadlineMs) - this.#clock.now();
  }

  #judge(wait: Wait): Health {
    const { stage, health } = wait;
    return this.#leftMs(wait) > 0 ? health : stuck(health, deadlineFor(stage, this.#deadlineMs));
  }

  #update(key: ObjectKey, health: Health): void {
    const before = this.#health.get(key);
    this.#health.set(key, health);
    if (before?.status !== health.status) this.#onHealth(key, health, before);
  }
}
