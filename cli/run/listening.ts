import { ProbeState } from '#io/http/health.ts';
import { type HookOptions, hookRoutes } from '#io/http/hooks.ts';
import { instrumentSource, type OnCall } from '#io/http/instrument.ts';
import { type ClusterStates, Metrics } from '#io/http/metrics.ts';
import { answer, type ListenAddress, type Listener, listen, type Route } from '#io/http/server.ts';
import { errorMessage } from '#model/error.ts';
import type { PublishingPort } from '#syncer/ports/source.ts';
import type { ReportEvent } from '#syncer/report/events.ts';
import type { OnTurn } from '#syncer/report/turns.ts';
import type { Receiver } from './receivers.ts';

/** What the HTTP server of a syncer serves, and where. */
export interface ListeningOptions extends ClusterStates {
  /** The address at which the server serves all paths. */
  readonly address: ListenAddress | undefined;
  /** The address at which a second server serves only the probes. */
  readonly probeAddress: ListenAddress | undefined;
  readonly version: string;
  /** Interval between polls of the repository, in milliseconds. */
  readonly pollMs: number;
  /** How the server accepts webhooks. Without options, it accepts none. */
  readonly hooks?: HookOptions | undefined;
}

/** The HTTP server of a syncer. */
export interface Listening extends Receiver {
  /** URL of the server for all paths, and of the one for probes. */
  readonly urls: { readonly url?: string; readonly probeUrl?: string };
  readonly heard: ReportEvent;
  readonly turned: OnTurn;
  /** Records a call to a cluster in the metrics. */
  readonly called: OnCall;
  /** Returns a source that records its polls in the metrics. */
  readonly observeSource: (source: PublishingPort) => PublishingPort;
  close(): Promise<void>;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics`, and accepts webhooks.
 *
 * @throws Error when the server cannot listen on the address
 */
export async function startListening(options: ListeningOptions): Promise<Listening> {
  const { address, probeAddress, version, pollMs, states, hooks } = options;
  const metrics = new Metrics(version, options);
  const health = new ProbeState(pollMs, states);
  const probes = {
    '/healthz': stateRoute(() => health.livenessError),
    '/readyz': stateRoute(() => health.readinessError),
  };
  const all = { ...probes, '/metrics': metricsRoute(metrics), ...(hooks && hookRoutes(hooks)) };
  const server = address && (await open('--listen', address, all));
  const prober = probeAddress && (await open('--probe-listen', probeAddress, probes));
  const polled = (isRead: boolean) => {
    health.polled(isRead);
    metrics.polled(isRead);
  };
  return {
    urls: { ...(server && { url: server.url }), ...(prober && { probeUrl: prober.url }) },
    close: async () => {
      await Promise.all([server?.close(), prober?.close()]);
    },
    heard: (event) => metrics.heard(event),
    turned: (turn) => {
      health.turned(turn.cluster);
      metrics.turned(turn);
    },
    called: (...call) => metrics.called(...call),
    observeSource: (source) => instrumentSource(source, polled),
  };
}

async function open(option: string, ...how: Parameters<typeof listen>): Promise<Listener> {
  return listen(...how).catch((error: unknown) => {
    throw new Error(`${option}: ${errorMessage(error)}`);
  });
}

/** Answers 200, or 503 with the fault. */
function stateRoute(fault: () => string | undefined): Route {
  return {
    methods: ['GET', 'HEAD'],
    answer: (_, response) => answer(response, fault() === undefined ? 200 : 503, fault() ?? 'ok'),
  };
}

function metricsRoute(metrics: Metrics): Route {
  return {
    methods: ['GET', 'HEAD'],
    answer: async (_, response) => {
      const text = await metrics.text();
      response.writeHead(200, { 'content-type': metrics.contentType });
      response.end(text);
    },
  };
}
