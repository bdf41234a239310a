/**
 * Runs a task one at a time. All callers during a run share the next run, so that a result is never
 * older than its request.
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
