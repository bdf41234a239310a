/**
 * Runs a task one at a time. Who asks while a run is under way gets the next run, together with all
 * others who ask meanwhile: its result is never older than the question.
 */
export class OneAtATime<T> {
  readonly #task: () => Promise<T>;
  #current: Promise<unknown> = Promise.resolve();
  #next: Promise<T> | undefined;

  /** @param task - must not reject */
  constructor(task: () => Promise<T>) {
    this.#task = task;
  }

  run(): Promise<T> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      const run = this.#task();
      this.#current = run;
      return run;
    });
    return this.#next;
  }
}
