import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { type ActionOutcome, waiting } from '../plan/outcome.ts';
import type { Clock } from '../ports/machine.ts';
import { Patience } from './patience.ts';

/** Maximum time that a turn waits for an action while others go on, in milliseconds. */
const graceMs = 5000;

/** Maximum number of actions that turns do not wait for. */
const maxLate = 16;

interface Late {
  /** Identifies what the action does. */
  readonly id: string;
  /** Settles with the outcome. */
  readonly outcome: Promise<ActionOutcome>;
  /** The number of the last turn that may take the outcome; undefined while the action runs. */
  lastTurn?: number;
}

/**
 * Lets a turn go on without actions that take long, such as an apply during a slow admission. They continue,
 * and the turn after their end takes their outcome.
 */
export class UnderWay {
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  readonly #late = new Map<ObjectKey, Late>();
  /** What waits for the actions of a turn, by the signal that stops the turn. */
  readonly #patience = new WeakMap<AbortSignal, Patience>();
  #turn = 0;

  /** @param onEnd - called when an action ends that no turn waits for */
  constructor(clock: Clock, onEnd: () => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  /** Begins a turn. Drops outcomes that the turn before did not take. */
  begin(): void {
    this.#turn++;
    for (const [key, { lastTurn = this.#turn }] of this.#late) {
      if (lastTurn < this.#turn) this.#late.delete(key);
    }
  }

  /**
   * Runs an action on an object. Resolves to its outcome, or to a `waiting` outcome when the action takes long
   * or an earlier one of the object has not ended.
   *
   * @param id - identifies what the action does
   * @throws what the action throws
   */
  async run(
    { key, id }: { readonly key: ObjectKey; readonly id: string },
    action: () => Promise<ActionOutcome>,
    stop: AbortSignal,
  ): Promise<ActionOutcome> {
    const earlier = this.#late.get(key);
    if (earlier !== undefined && earlier.lastTurn === undefined) return unanswered(key);
    this.#late.delete(key);
    if (earlier?.id === id) return earlier.outcome;
    const outcome = action();
    if (await this.#endsInTime(outcome, stop)) return outcome;
    this.#leave(key, { id, outcome });
    return unanswered(key);
  }

  #leave(key: ObjectKey, late: Late): void {
    this.#late.set(key, late);
    const end = () => {
      // The running turn may have passed the object already.
      late.lastTurn = this.#turn + 1;
      this.#onEnd();
    };
    late.outcome.then(end, (error: unknown) => {
      // The end of its turn has interrupted the action. The next turn begins it again.
      if (!(error instanceof ClusterError)) this.#late.delete(key);
      end();
    });
  }

  /** Resolves to false when the action takes too long. */
  async #endsInTime(outcome: Promise<ActionOutcome>, stop: AbortSignal): Promise<boolean> {
    const yes = () => true as const;
    const ended = outcome.then(yes, yes);
    const patience = this.#patience.get(stop) ?? new Patience(this.#clock, graceMs, stop);
    this.#patience.set(stop, patience);
    for (;;) {
      if (await patience.endsInTime(ended)) return true;
      if (stop.aborted || this.#late.size < maxLate) return false;
    }
  }
}

function unanswered(key: ObjectKey): ActionOutcome {
  const message = 'the API server has not answered yet';
  return { ...waiting(key, message), isUnderWay: true };
}
