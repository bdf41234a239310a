type Fetch = (signal: AbortSignal) => Promise<string>;

/** A fetch that may begin before its caller is ready to use the result. */
export class EarlyFetch {
  readonly #fetch: Fetch;
  #started: { readonly commit: Promise<string>; readonly end: AbortController } | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Begins a fetch, whose result the next `run` returns. */
  start(signal: AbortSignal): void {
    const end = new AbortController();
    const commit = this.#fetch(AbortSignal.any([signal, end.signal]));
    // The caller handles the error later.
    commit.catch(() => {});
    this.#started = { commit, end };
  }

  /** Resolves to the commit of the fetch that `start` began, or of a new one. */
  async run(signal: AbortSignal): Promise<string> {
    const started = this.#started;
    if (started === undefined) return this.#fetch(signal);
    this.#started = undefined;
    const abort = () => started.end.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    try {
      return await started.commit;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
