import { type TraceOptions, Traces } from '#io/trace/traces.ts';
import type { CompilerPort, PublishingPort } from '#syncer/ports/source.ts';
import type { Receiver } from './receivers.ts';

/** Traces of a syncer. */
export interface Tracing extends Receiver {
  /** Returns a source that traces each poll and push. */
  observe(source: PublishingPort): PublishingPort;
  /** Returns a compiler that traces each run. */
  observeCompile(compile: CompilerPort): CompilerPort;
}

/**
 * Starts the traces of a syncer, which the environment variables of OpenTelemetry configure.
 *
 * @throws Error when an environment variable of OpenTelemetry has an invalid value
 */
export function openTracing(options: TraceOptions): Tracing {
  const traces = new Traces(options);
  return {
    turned: (turn) => traces.turned(turn),
    observe: (source) => traces.observe(source),
    observeCompile: (compile) => traces.observeCompile(compile),
    close: (ms) => traces.close(ms),
  };
}
