import type { Clock } from '../ports/machine.ts';

/** Decides when a loop lists everything again. */
export class ResyncTimer {
  readonly #clock: Clock;
  readonly #everyMs: number;
  #dueAt: number;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#dueAt = clock.now() + everyMs;
  }

  restart(): void {
    this.#dueAt = this.#clock.now() + this.#everyMs;
  }

  /** Milliseconds until the next resync; 0 if it is due. */
  get leftMs(): number {
    return Math.max(0, this.#dueAt - this.#clock.now());
  }
}
