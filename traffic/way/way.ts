/** Where a request goes, and in which shares. */
import type { RouteOrigin } from '#model/istio-engine.ts';

/** The way of one request from one proxy. */
export interface Way {
  readonly outcome: 'forwarded' | 'redirected' | 'answered' | 'refused';
  /** Why the proxy refuses the request. */
  readonly reason?: string | undefined;
  /** HTTP status of the proxy's own answer. */
  readonly status?: number | undefined;
  /** The header `grpc-status` of the proxy's own answer to a request of gRPC. */
  readonly grpcStatus?: number | undefined;
  /** Where the proxy redirects the client. */
  readonly location?: string | undefined;
  /** The rule that decided; absent if Istio's defaults did. */
  readonly rule?: RouteOrigin | undefined;
  readonly destinations: readonly Destination[];
  readonly mirrors: readonly Mirror[];
  /** What the proxy changes before it forwards the request. */
  readonly rewrite?: { readonly path?: string | undefined; readonly host?: string | undefined };
  readonly fault?: Fault | undefined;
}

/** A Service, a subset of it, or something outside of the mesh. */
export interface Destination {
  /** Name of Envoy's cluster. */
  readonly name: string;
  /** Absent for an Envoy cluster that no Service generates. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly subset?: string | undefined;
  /** Part of the requests that goes here, from 0 to 1. */
  readonly share: number;
  /** Empty if nothing answers: the proxy then does. */
  readonly endpoints: readonly EndpointGroup[];
  /** HTTP status that the proxy answers if there are no endpoints; absent means 503. */
  readonly statusWithoutEndpoints?: number;
  /** The header `grpc-status` of that answer, if the request is one of gRPC. */
  readonly grpcStatusWithoutEndpoints?: number;
}

/** The pods of one workload on one cluster, or an address that belongs to no pod. */
export interface EndpointGroup {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  /** Kind and name of the workload. */
  readonly workload?: string | undefined;
  /** The version by the labels of the pods; the name of the workload if no label has a version. */
  readonly version: string;
  /** Number of pods, or of addresses. */
  readonly count: number;
  /** Part of the requests that goes here, from 0 to 1. */
  readonly share: number;
}

/** A copy of requests, whose answers nothing waits for. */
export interface Mirror {
  readonly destination: Destination;
  /** Part of the requests that is copied, from 0 to 1. */
  readonly share: number;
}

/** Faults that a route injects, each with the part of the requests. */
export interface Fault {
  readonly abort?: { readonly status: number; readonly share: number } | undefined;
  readonly delay?: { readonly duration: string; readonly share: number } | undefined;
}

/** Returns the part of the requests that some endpoint answers, from 0 to 1. */
export function servedShare({ outcome, destinations, fault }: Way): number {
  if (outcome !== 'forwarded') return outcome === 'refused' ? 0 : 1;
  const reached = destinations.flatMap(({ endpoints }) => endpoints);
  const served = reached.reduce((sum, { share }) => sum + share, 0);
  return served * (1 - (fault?.abort?.share ?? 0));
}

/** Formats a share, rounded to a tenth of a percent. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
