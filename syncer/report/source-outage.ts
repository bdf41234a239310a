import { errorMessage } from '#model/error.ts';
import type { Clock, Log } from '../ports/machine.ts';
import type { ReportEvent } from './events.ts';

interface SourceOutageOptions {
  /** Host and path of the repository, without credentials. */
  readonly repository: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: ReportEvent;
}

/** Reports the time from the first poll that failed until the next one that succeeds. */
export class SourceOutage {
  readonly #options: SourceOutageOptions;
  /** Time of the first failed poll of the outage, in milliseconds since the epoch. */
  #since: number | undefined;

  constructor(options: SourceOutageOptions) {
    this.#options = options;
  }

  failed(error: unknown): void {
    const { repository, clock, log, report } = this.#options;
    const reason = errorMessage(error);
    this.#since ??= clock.now();
    log.warn({ repository, reason }, 'the repository could not be read');
    report({ type: 'source-trouble', repository, reason });
  }

  /** Reports that the Git server has sent nothing for `ms` milliseconds. */
  silent(ms: number): void {
    this.failed(new Error(`the Git server has sent nothing for ${ms / 1000} s`));
  }

  succeeded(): void {
    const { repository, clock, log, report } = this.#options;
    if (this.#since === undefined) return;
    const ms = clock.now() - this.#since;
    this.#since = undefined;
    log.info({ repository, ms }, 'the repository can be read again');
    report({ type: 'source-recovered', repository, ms });
  }
}
