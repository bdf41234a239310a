import { type HttpRequest, headerOf } from './request.ts';

/** Reports whether a request is one of gRPC, as Envoy decides it. That of gRPC-Web is not. */
export function isGrpc(request: HttpRequest): boolean {
  return /^application\/grpc(\+|$)/.test(headerOf(request, 'content-type') ?? '');
}

/** An answer that a proxy generates itself. */
interface OwnAnswer {
  /** HTTP status. */
  readonly status: number;
  /** The header `grpc-status`, which only answers to requests of gRPC have. */
  readonly grpcStatus?: number;
}

/**
 * Returns a proxy's own answer. Envoy answers a request of gRPC with the status of gRPC that stands for the HTTP
 * status.
 */
export function ownAnswer(request: HttpRequest, status: number): OwnAnswer {
  return isGrpc(request) ? { status: 200, grpcStatus: grpcStatuses.get(status) ?? 2 } : { status };
}

/** gRPC's mapping of HTTP statuses. All others are 2, unknown. */
const grpcStatuses: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);
