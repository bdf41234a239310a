import type { ObjectKey } from '#model/object.ts';
import { Redactor } from '#model/redaction.ts';
import { ClusterError } from '../cluster-error.ts';
import type { ActionOutcome } from '../plan/outcome.ts';
import type { Clock, Log } from '../ports/machine.ts';
import { dedupeEvents } from './dedupe.ts';
import type { ReportEvent } from './events.ts';
import { redactTexts } from './exits.ts';
import type { Regarding } from './member-event.ts';
import { type EventTarget, MemberEvents } from './member-events.ts';
import { ResultCounts } from './result-counts.ts';
import type { LoopState } from './turns.ts';

interface LoopReporterOptions {
  readonly cluster: string;
  readonly target: () => EventTarget | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: ReportEvent;
  readonly redactor?: Redactor | undefined;
  readonly known: (key: ActionOutcome['key']) => Regarding;
}

/** A turn that ended without an error. */
interface SettledTurn {
  readonly outcomes: readonly ActionOutcome[];
  readonly state: LoopState;
  readonly commit: string;
  readonly ms: number;
}

/** A turn that ended with an error. */
interface FailedTurn {
  readonly reason: string;
  readonly failures: number;
  readonly isRoutine: boolean;
}

/** Reports what happens in one cluster's loop: as events, as Kubernetes Events in the member, and in the log. */
export class LoopReporter {
  readonly report: ReportEvent;
  readonly #cluster: string;
  readonly #log: Log;
  readonly #counts = new ResultCounts();
  readonly #events: MemberEvents;

  constructor(options: LoopReporterOptions) {
    const { cluster, target, clock, log, report, known, redactor = new Redactor() } = options;
    this.#cluster = cluster;
    this.#log = log;
    this.#events = new MemberEvents({ cluster, target, clock, log, known });
    this.report = dedupeEvents((event) => {
      if (event.type === 'object') log.debug({ ...event }, 'object');
      report(event);
      this.#events.heard(redactTexts(event, redactor));
    });
  }

  trouble(reason: string): void {
    this.report({ type: 'trouble', cluster: this.#cluster, reason });
  }

  /** Reports that a desired object failed or became ready, but not that it was ready from the start. */
  health(
    key: ObjectKey,
    { status, message }: { readonly status: string; readonly message: string },
    isFirst: boolean,
  ): void {
    if (status !== 'Failed' && (status !== 'Current' || isFirst)) return;
    this.report({ type: 'health', cluster: this.#cluster, key, status, message });
  }

  /** Counts the outcomes of a turn that another turn continues. */
  count(outcomes: readonly ActionOutcome[]): void {
    this.#counts.add(outcomes);
  }

  settled({ outcomes, state, commit, ms }: SettledTurn): void {
    this.count(outcomes);
    const { counts } = this.#counts;
    const cluster = this.#cluster;
    const isIdle = outcomes.every(({ result }) => result === 'unchanged');
    this.#log[isIdle ? 'debug' : 'info']({ cluster, commit, ...counts, ms }, 'turn');
    if (state.type !== 'synced') return;
    this.report({ type: 'synced', cluster, commit, counts, ms });
    this.#counts.clear();
  }

  failed(error: unknown, { reason, failures, isRoutine }: FailedTurn): void {
    const data = { cluster: this.#cluster, reason, failures };
    if (error instanceof ClusterError) this.#log.warn(data, 'turn failed');
    else this.#log.error({ ...data, stack: error instanceof Error ? error.stack : '' }, 'bug');
    if (!isRoutine) this.trouble(reason);
  }

  /** Resolves after the syncer has written the waiting Kubernetes Events, or their time is over. */
  close(): Promise<void> {
    return this.#events.close();
  }
}
