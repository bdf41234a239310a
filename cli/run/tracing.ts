import { type TraceOptions, Traces } from '#io/trace/traces.ts';
import type { CompilerPort, PublishingPort } from '#syncer/ports/source.ts';
import type { Receiver } from './receivers.ts';

/** Traces what a syncer does. */
export interface Tracing extends Receiver {
  /** The same source; looks at it and pushes are traced. */
  observe(source: PublishingPort): PublishingPort;
  /** The same compiler; each run is traced. */
  observeCompile(compile: CompilerPort): CompilerPort;
}

/** @throws Error when the environment asks for what is not known */
export function openTracing(options: TraceOptions): Tracing {
  const traces = new Traces(options);
  return {
    turned: (turn) => traces.turned(turn),
    observe: (source) => traces.observe(source),
    observeCompile: (compile) => traces.observeCompile(compile),
    close: (ms) => traces.close(ms),
  };
}
