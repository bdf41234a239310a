/**
 * Traces of what a syncer does, to a collector that speaks OTLP over HTTP. The environment says
 * where and how, in OpenTelemetry's own variables.
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
import type { TurnReport } from '#syncer/report/turns.ts';
import { instrument } from '../instrument.ts';
import { batchingOf } from './batching.ts';
import { ChangeFilter } from './change-filter.ts';
import { checkEndpoint } from './endpoint.ts';
import { samplerOf } from './sampler.ts';
import { type SpanData, type StepEnd, type StepName, spanOfStep, spanOfTurn } from './spans.ts';

export interface TraceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
}

/** Sends spans by and by, beside the work: what can't be sent is given up. */
export class Traces {
  readonly #options: TraceOptions;
  readonly #provider: TracerProvider;
  readonly #changes = new ChangeFilter();

  /** @throws Error when the environment asks for what is not known */
  constructor(options: TraceOptions) {
    const { env, version, log } = options;
    checkEndpoint(env);
    this.#options = options;
    const ours = resourceFromAttributes({ 'service.name': 'regatta', 'service.version': version });
    const theirs = detectResources({ detectors: [envDetector] });
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(ours).merge(theirs),
      sampler: samplerOf(env),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: telling(new OTLPTraceExporter(), log),
          ...batchingOf(env),
        }),
      ],
    });
  }

  turned(turn: TurnReport): void {
    const span = this.#changes.isNewTurn(turn) ? spanOfTurn(turn) : undefined;
    if (span !== undefined) this.#send(span);
  }

  /**
   * The same source. Each push is traced, and a look that found another commit, or failed: once, while
   * that lasts.
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

  /** The same compiler; each run is traced. */
  observeCompile(compile: CompilerPort): CompilerPort {
    return async (directory) => {
      const startedAt = this.#options.clock.now();
      try {
        const result = await compile(directory);
        const end = result.ok ? {} : { fault: 'the commit does not compile' };
        this.#sendStep('compile', startedAt, end);
        return result;
      } catch (error) {
        this.#sendStep('compile', startedAt, { fault: errorMessage(error) });
        throw error;
      }
    };
  }

  /** Resolves when all is sent or given up, at the latest after so many milliseconds. */
  async close(ms: number): Promise<void> {
    const timer = new AbortController();
    const late = delay(ms, true, { signal: timer.signal }).catch(() => false);
    // What could not be sent has been told by then.
    const sent = this.#provider.shutdown().catch(() => {});
    const isLate = await Promise.race([sent, late]);
    timer.abort();
    if (isLate) this.#options.log.warn({}, 'traces were not all sent before the end');
  }

  #sendStep(name: StepName, startedAt: number, end: StepEnd): void {
    this.#send(spanOfStep(name, { startedAt, endedAt: this.#options.clock.now() }, end));
  }

  #send(data: SpanData, parent = ROOT_CONTEXT): void {
    const { name, startedAt, endedAt, attributes, fault, children } = data;
    const tracer = this.#provider.getTracer('regatta', this.#options.version);
    const span = tracer.startSpan(name, { startTime: startedAt, attributes }, parent);
    if (fault !== '') span.setStatus({ code: SpanStatusCode.ERROR, message: fault });
    for (const child of children) this.#send(child, trace.setSpan(parent, span));
    span.end(endedAt);
  }
}

/** The same exporter; that something could not be sent is told once until it can be again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let isTold = false;
  return {
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { error } = result;
        const data = { spans: spans.length, reason: error?.message };
        if (error !== undefined) log[isTold ? 'debug' : 'warn'](data, 'traces could not be sent');
        isTold = error !== undefined;
        done(result);
      }),
  };
}

function endOfPush(result: unknown): StepEnd {
  return result === 'raced' ? { fault: 'others have pushed meanwhile' } : {};
}

/** A stop, and no fault. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
