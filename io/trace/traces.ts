/**
 * Sends a syncer's traces to a collector by OTLP over HTTP. The environment variables of OpenTelemetry
 * configure the address, batching and sampling.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { errorMessage } from '#model/error.ts';
import type { Clock, Log } from '#syncer/ports/machine.ts';
import type { CompilerPort, SourcePort } from '#syncer/ports/source.ts';
import { ChangeFilter } from '#syncer/report/change-filter.ts';
import type { TurnReport } from '#syncer/report/turns.ts';
import { instrument } from '../instrument.ts';
import { redactor } from '../redactor.ts';
import { batchingOf } from './batching.ts';
import { checkEndpoint, hideCollector } from './endpoint.ts';
import { samplerOf } from './sampler.ts';
import { type SpanData, type StepEnd, type StepName, spanOfStep, spanOfTurn } from './spans.ts';

/** What `Traces` needs: the environment with its settings, the version of Regatta, and ports. */
export interface TraceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** Sends spans in the background, and drops spans that the collector does not accept. */
export class Traces {
  readonly #options: TraceOptions;
  readonly #provider: TracerProvider;
  readonly #changes = new ChangeFilter();

  /**
   * Starts the exporter with the settings of the environment.
   *
   * @throws Error when an environment variable of OpenTelemetry has an invalid value
   */
  constructor(options: TraceOptions) {
    const { env, version, log } = options;
    hideCollector(env);
    checkEndpoint(env);
    this.#options = options;
    const ours = resourceFromAttributes({ 'service.name': 'regatta', 'service.version': version });
    const theirs = detectResources({ detectors: [envDetector] });
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(ours).merge(theirs),
      sampler: samplerOf(env),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: loggingFailures(new OTLPTraceExporter(), log),
          ...batchingOf(env),
        }),
      ],
    });
  }

  /** Sends the span of a turn that changed the cluster or had another result than the previous turn. */
  turned(turn: TurnReport): void {
    const span = this.#changes.isNewTurn(turn) ? spanOfTurn(turn) : undefined;
    if (span !== undefined) this.#send(span);
  }

  /**
   * Wraps a source, and traces each push, and each fetch that found another commit or failed with
   * another error than the previous one.
   */
  observe<S extends SourcePort>(source: S): S {
    const { clock } = this.#options;
    return instrument(source, (call) => {
      const startedAt = clock.now();
      return ({ error, result }) => {
        if (isAbort(error)) return;
        const failed = error === undefined ? undefined : { fault: errorMessage(error) };
        if (call === 'push') this.#sendStep('push', startedAt, failed ?? endOfPush(result));
        const found = failed ?? { commit: String(result) };
        if (call === 'fetch' && this.#changes.isNewFetch(found)) {
          this.#sendStep('fetch', startedAt, found);
        }
      };
    });
  }

  /** Wraps a compiler, and traces each run. */
  observeCompile(compile: CompilerPort): CompilerPort {
    return async (directory, signal) => {
      const startedAt = this.#options.clock.now();
      try {
        const result = await compile(directory, signal);
        const { ok, exceeded: fault = 'the commit does not compile' } = result;
        const end = ok ? {} : { fault };
        this.#sendStep('compile', startedAt, end);
        return result;
      } catch (error) {
        this.#sendStep('compile', startedAt, { fault: errorMessage(error) });
        throw error;
      }
    };
  }

  /** Resolves when the exporter has sent or dropped all spans, at the latest after `ms` milliseconds. */
  async close(ms: number): Promise<void> {
    const timer = new AbortController();
    const late = delay(ms, true, { signal: timer.signal }).catch(() => false);
    // Failures to send have been logged by then.
    const sent = this.#provider.shutdown().catch(() => {});
    const isLate = await Promise.race([sent, late]);
    timer.abort();
    if (isLate) this.#options.log.warn({}, 'some traces were not sent before the process ended');
  }

  #sendStep(name: StepName, startedAt: number, end: StepEnd): void {
    this.#send(spanOfStep(name, { startedAt, endedAt: this.#options.clock.now() }, end));
  }

  #send(data: SpanData, parent = ROOT_CONTEXT): void {
    const { name, startedAt, endedAt, attributes, fault, children } = data;
    const tracer = this.#provider.getTracer('regatta', this.#options.version);
    const span = tracer.startSpan(name, { startTime: startedAt, attributes }, parent);
    if (fault !== '') {
      span.setStatus({ code: SpanStatusCode.ERROR, message: redactor.redact(fault) });
    }
    for (const child of children) this.#send(child, trace.setSpan(parent, span));
    span.end(endedAt);
  }
}

/** Wraps an exporter, and logs the first of consecutive failures as a warning, the others for debugging. */
function loggingFailures(exporter: SpanExporter, log: Log): SpanExporter {
  let hasFailed = false;
  return {
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { error } = result;
        const data = { spans: spans.length, reason: error?.message };
        if (error !== undefined) log[hasFailed ? 'debug' : 'warn'](data, 'cannot send traces');
        hasFailed = error !== undefined;
        done(result);
      }),
  };
}

function endOfPush(result: unknown): StepEnd {
  return result === 'raced' ? { fault: 'the branch moved before the push' } : {};
}

/** Reports whether an error comes from a stop of the syncer, which is not a failure. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
