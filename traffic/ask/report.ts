import type { Way } from '../way/way.ts';

/** Where requests to one host go. */
export interface TrafficRow {
  /** The host as the client names it. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly path: string;
  /** What else the rule asks of a request, such as `x-canary=always`; absent in the answer about one request. */
  readonly conditions?: readonly string[];
  /** Every gateway or workload whose requests go this way, such as `gateway ingress on member1`. */
  readonly from: readonly string[];
  readonly way: Way;
}

/** The traffic of a mesh. */
export interface MeshTraffic {
  readonly mesh: string;
  /** Version of Istio whose code decided. */
  readonly istioVersion: string;
  /** Those that answer the smallest part of the requests come first. */
  readonly rows: readonly TrafficRow[];
  /** What the answer assumes, as sentences. */
  readonly notes: readonly string[];
}

/** Names the target of a row: `host:port/path`, and the further conditions of its rule. */
export function targetOf({
  host,
  port,
  path,
  conditions = [],
}: Omit<TrafficRow, 'way' | 'from'>): string {
  const target = `${host}${port === undefined ? '' : `:${port}`}${path}`;
  return conditions.length === 0 ? target : `${target} with ${conditions.join(' and ')}`;
}
