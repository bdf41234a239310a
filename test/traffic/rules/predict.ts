/** Predicts the answers of the matching rules from their objects alone, in the form of the recorded answers. */
import assert from 'node:assert/strict';
import { askIstio } from '#io/engine/istio.ts';
import type { RuleResult } from '#test/mesh/rules/answers.ts';
import { baseObjects, type RuleRequest, type RuleRow } from '#test/mesh/rules/rows.ts';
import { callerStarts, gatewayStarts, type Start } from '#traffic/ask/proxies.ts';
import { istioRequest } from '#traffic/ask/request.ts';
import { type Query, waysFrom } from '#traffic/ask/start.ts';
import { type Envoy, envoysOf } from '#traffic/envoy/config.ts';
import type { Mesh } from '#traffic/mesh/mesh.ts';
import { meshesOf } from '#traffic/mesh/meshes.ts';
import { walk } from '#traffic/way/walk.ts';
import type { Destination, Way } from '#traffic/way/way.ts';
import { cluster } from '../objects.ts';

/** The part of a recorded answer that `regatta traffic` predicts. */
export interface Predicted extends Pick<RuleResult, 'status'> {
  readonly pod?: string | undefined;
  readonly path?: string | undefined;
  readonly host?: string | undefined;
  readonly mirrors?: readonly string[];
  readonly location?: string | undefined;
  readonly grpcStatus?: string | undefined;
}

export interface PredictedShare {
  readonly result: Predicted;
  readonly share: number;
}

/** The proxies that requests of the rules start from, with their configuration. */
export interface Proxies {
  readonly mesh: Mesh;
  readonly starts: readonly Start[];
  readonly envoys: ReadonlyMap<string, Envoy>;
}

/** Lets the engine generate the configuration of the gateway and the callers, with the objects of all rows. */
export async function proxiesOf(rows: readonly RuleRow[]): Promise<Proxies> {
  const objects = [...baseObjects(), ...rows.flatMap((row) => row.objects)];
  const [mesh] = meshesOf({
    clusters: [cluster('member1')],
    meshes: [],
    objects: new Map([['member1', objects]]),
    replicasOf: () => 1,
  });
  assert(mesh);
  const callers = ['caller-v1', 'caller-v2'].flatMap((workload) =>
    callerStarts(mesh, { cluster: 'member1', namespace: 'default', workload }),
  );
  const starts = [...gatewayStarts(mesh), ...callers];
  const result = await askIstio(
    istioRequest(
      mesh,
      starts.map(({ proxy }) => proxy),
    ),
  );
  assert(result.type === 'answered', JSON.stringify(result));
  const { error, proxies } = result.answer;
  assert.deepEqual([error, ...proxies.map((proxy) => proxy.error)].filter(Boolean), []);
  return { mesh, starts, envoys: envoysOf(result.answer) };
}

/** Predicts the answers of one request, with their shares. */
export function predict(proxies: Proxies, request: RuleRequest): readonly PredictedShare[] {
  const start = proxies.starts.find(({ proxy, workload }) =>
    request.from === 'gateway'
      ? proxy.type === 'router'
      : workload === `Deployment/${request.from.replace(' ', '-')}`,
  );
  assert(start, `no proxy is ${request.from}`);
  const envoy = proxies.envoys.get(start.proxy.id);
  assert(envoy);
  return resultsOf(wayOf(proxies.mesh, start, envoy, request), request, proxies.mesh);
}

/** Every Service of the rules has this port, and clients use it at the gateway. */
const port = 80;

function wayOf(mesh: Mesh, start: Start, envoy: Envoy, request: RuleRequest): Way {
  const { host, method, path, headers } = request;
  const sent = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const query: Query = {
    ...{ host: host.replace(/:\d+$/, ''), port, method, path },
    headers: new Map([...sent, ['host', host]]),
  };
  const [found] = waysFrom(mesh, start, envoy, query);
  assert(found);
  return found.isForeign && start.proxy.type === 'sidecar'
    ? wayWithoutName(mesh, envoy, query)
    : found.way;
}

/**
 * Returns the way of a request whose host has no address. The recorded requests went to the address of the proxy without
 * a look at the DNS, which refuses such names to other clients.
 */
function wayWithoutName(mesh: Mesh, envoy: Envoy, { method, path, headers }: Query): Way {
  const listener = envoy.listeners.find(({ name }) => name === `0.0.0.0_${port}`);
  assert(listener);
  const connection = { port, transport: 'raw_buffer', application: 'http/1.1' } as const;
  const authority = headers.get('host') ?? '';
  const request = { method, path, headers, authority, scheme: 'http' } as const;
  return walk(listener, { connection, request }, { envoy, pods: mesh.pods, original: () => [] });
}

function resultsOf(way: Way, request: RuleRequest, mesh: Mesh): readonly PredictedShare[] {
  const { abort } = way.fault ?? {};
  const kept = 1 - (abort?.share ?? 0);
  const own: Predicted = {
    status: way.status ?? 0,
    location: way.location,
    grpcStatus: way.grpcStatus === undefined ? undefined : String(way.grpcStatus),
  };
  const answers =
    way.outcome === 'forwarded'
      ? way.destinations.flatMap((one) => forwardedTo(one, way, request, mesh))
      : [{ result: own, share: 1 }];
  return [
    ...answers.map(({ result, share }) => ({ result, share: share * kept })),
    ...(abort === undefined ? [] : [{ result: { status: abort.status }, share: abort.share }]),
  ].filter(({ share }) => share > 1e-9);
}

function forwardedTo(
  destination: Destination,
  { rewrite, mirrors }: Way,
  request: RuleRequest,
  mesh: Mesh,
): readonly PredictedShare[] {
  const { endpoints, share, statusWithoutEndpoints: status = 503 } = destination;
  const { grpcStatusWithoutEndpoints: grpc } = destination;
  const host = rewrite?.host ?? request.host;
  const copies = mirrors
    .filter((mirror) => mirror.share > 0)
    .flatMap(({ destination }) => podsOf(destination, mesh).map(({ pod }) => `${pod} as ${host}`));
  if (endpoints.length === 0) {
    return [{ result: { status, grpcStatus: grpc === undefined ? undefined : `${grpc}` }, share }];
  }
  return podsOf({ endpoints }, mesh).map(({ pod, share: part }) => ({
    result: {
      ...{ status: 200, pod, path: rewrite?.path ?? request.path, host },
      mirrors: copies.toSorted(),
    },
    share: part,
  }));
}

/** Returns the pods of a destination as the recorded answers name them: by their labels `app` and `version`. */
function podsOf({ endpoints }: Pick<Destination, 'endpoints'>, { pods }: Mesh) {
  return endpoints.map(({ workload, namespace, share }) => {
    const pod = [...pods.values()].find(
      (one) => one.workload === workload && one.namespace === namespace,
    );
    return { pod: `${pod?.labels['app']} ${pod?.labels['version']}`, share };
  });
}
