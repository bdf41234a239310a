import { type TraceOptions, Traces } from '#io/trace/traces.ts';
import type { CompilerPort, PublishingPort } from '#syncer/ports/source.ts';
import type { Receiver } from './receivers.ts';

/** Traces of a syncer. */
export interface Tracing extends Receiver {
  /** Returns a source whose polls and pushes are traced. */
  observe(source: PublishingPort): PublishingPort;
  /** Returns a compiler whose runs are traced. */
  observeCompile(compile: CompilerPort): CompilerPort;
}

/** @throws Error when the environment has an unknown setting */
export function openTracing(options: TraceOptions): Tracing {
  const traces = new Traces(options);
  return {
    turned: (turn) => traces.turned(turn),
    observe: (source) => traces.observe(source),
    observeCompile: (compile) => traces.observeCompile(compile),
    close: (ms) => traces.close(ms),
  };
}
