import type { IstioAnswer, IstioProxy, IstioRequest } from '#model/istio-engine.ts';
import { byText, describeObject } from '#model/object.ts';
import { type Envoy, envoyOf, envoysOf } from '../envoy/config.ts';
import { withDeployedGateways } from '../mesh/kubernetes-gateways.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { type Hosts, partOf } from '../mesh/part.ts';
import { hostLabel, type Rules, rulesOf } from '../mesh/part-rules.ts';
import { servedShare } from '../way/way.ts';
import { distinctCallers } from './alike.ts';
import { resolveHost } from './dns.ts';
import { notesOf } from './notes.ts';
import { overviewOf } from './overview.ts';
import { type CallerSelector, type Start, startsFor } from './proxies.ts';
import type { MeshTraffic, TrafficRow } from './report.ts';
import { istioRequest } from './request.ts';
import { shareAlike } from './share-alike.ts';
import { type Query, waysFrom } from './start.ts';
import { nameOf } from './start-name.ts';

/** What a user asks about a mesh. */
export interface Question {
  /** Absent: everything that gateways and workloads can reach. */
  readonly query?: Query | undefined;
  /** Absent: the gateways, and a workload of each namespace of each member. */
  readonly from?: CallerSelector | undefined;
}

/** Runs the engine `istio`. */
export type Generate = (request: IstioRequest) => Promise<IstioAnswer>;

/** A question with the request to the engine that answers it. */
export interface PlannedQuestion extends Question {
  readonly mesh: Mesh;
  readonly starts: readonly Start[];
  readonly request: IstioRequest;
}

/** What Istio reads of a mesh. */
export interface Part {
  /** The Services. */
  readonly hosts: Hosts;
  /** The VirtualServices; absent for those of the question's host, or all without a host. */
  readonly rules?: Rules | undefined;
}

/**
 * Returns the question with the proxies that it is about.
 *
 * @param part - absent for the whole mesh
 * @throws NoSuchObjectError if no workload is the one that the question names
 */
export function planQuestion(given: Mesh, question: Question, part?: Part): PlannedQuestion {
  const mesh = withDeployedGateways(given);
  const all = startsFor(mesh, question.from);
  if (part === undefined) {
    return { ...question, mesh, starts: all, request: istioRequest(mesh, proxiesOf(all)) };
  }
  const { hosts, rules = rulesFor(mesh, question) } = part;
  const host = question.query?.host;
  const starts = distinctCallers(partOf(mesh, hosts, proxiesOf(all)), all, host);
  const asked = starts.filter(({ proxy }) => reaches(mesh, proxy, host));
  const proxies = proxiesOf(asked);
  return {
    ...question,
    mesh,
    starts,
    request: istioRequest(partOf(mesh, hosts, proxies, rules), proxies),
  };
}

/** Returns the VirtualServices of the host that a request names, in its address or in its header; undefined for all. */
function rulesFor({ config }: Mesh, { query }: Question): Rules | undefined {
  if (query === undefined) return undefined;
  const names = [query.host, query.headers.get('host') ?? query.host];
  return rulesOf(config, new Set(names.map(hostLabel)));
}

function proxiesOf(starts: readonly Start[]): readonly IstioProxy[] {
  return starts.map(({ proxy }) => proxy);
}

/** Reports whether the answer depends on a proxy: a caller that resolves no host sends no request. */
function reaches(mesh: Mesh, proxy: IstioProxy, host: string | undefined): boolean {
  if (proxy.type === 'router') return true;
  if (host === undefined) {
    return mesh.clusters.some(
      ({ name, services }) => name === proxy.cluster && services.length > 0,
    );
  }
  return resolveHost(mesh, proxy, host).type !== 'unresolved';
}

/**
 * Returns the traffic that a question is about.
 *
 * @throws Error if the engine could not answer
 */
export async function trafficOf(
  planned: PlannedQuestion,
  generate: Generate,
): Promise<MeshTraffic> {
  const { mesh, starts, request } = planned;
  const answer = await generate(request);
  if (answer.error !== undefined) throw new Error(`mesh ${mesh.name}: ${answer.error}`);
  const envoys = envoysOf(answer);
  const rows = rowsOf(planned, envoys);
  const failures = answer.proxies.flatMap(({ id, error }) =>
    error === undefined ? [] : [`${id} is left out: ${error}`],
  );
  return {
    mesh: mesh.name,
    istioVersion: answer.istioVersion,
    rows: folded(rows).sort(worstFirst),
    notes: [...notesOf(mesh, starts), ...failures, ...leftOutNotes(answer)],
  };
}

function leftOutNotes({ leftOut = [] }: IstioAnswer): readonly string[] {
  return leftOut.map(
    ({ object, reason }) =>
      `${describeObject(object)} is left out, because Istio cannot read it: ${reason}`,
  );
}

/** Leaves out proxies that do not know the host of a query if another proxy does. */
function rowsOf(
  { mesh, query, starts, request }: PlannedQuestion,
  envoys: ReadonlyMap<string, Envoy>,
): readonly TrafficRow[] {
  const asked = new Set(request.proxies.map(({ id }) => id));
  const known = starts.flatMap((start) => {
    const { id } = start.proxy;
    const envoy = envoys.get(id) ?? (asked.has(id) ? undefined : unused);
    return envoy === undefined ? [] : [{ start, envoy }];
  });
  if (query === undefined) {
    return known.flatMap(({ start, envoy }) =>
      shareAlike(start, envoy, (one) => overviewOf(mesh, one, envoy)),
    );
  }
  const { host, path } = query;
  const all = known.flatMap(({ start, envoy }) =>
    shareAlike(start, envoy, (one) =>
      waysFrom(mesh, one, envoy, query).map(({ port, way, isForeign = false }) => ({
        isForeign,
        isGateway: one.proxy.type === 'router',
        host,
        port,
        path,
        from: [nameOf(one)],
        way,
      })),
    ),
  );
  const own = all.filter(({ isForeign }) => !isForeign);
  const gateways = all.filter(({ isGateway }) => isGateway);
  const shown = [own, gateways, all].find((some) => some.length > 0) ?? [];
  return shown.map(({ isForeign: _, isGateway: __, ...row }) => row);
}

/** The configuration of a proxy that gets no request. */
const unused: Envoy = envoyOf({ id: '', listeners: [], routes: [], clusters: [], endpoints: [] });

/** Joins the rows of proxies that send requests the same way. */
function folded(rows: readonly TrafficRow[]): TrafficRow[] {
  const same = Map.groupBy(rows, ({ from: _, ...row }) => JSON.stringify(row));
  return [...same.values()].flatMap((some) => {
    const from = [...new Set(some.flatMap((row) => row.from))];
    return some.slice(0, 1).map((row) => ({ ...row, from }));
  });
}

function worstFirst(a: TrafficRow, b: TrafficRow): number {
  return (
    servedShare(a.way) - servedShare(b.way) ||
    byText(a.host, b.host) ||
    (a.port ?? 0) - (b.port ?? 0) ||
    byText(a.path, b.path) ||
    byText(a.from.join(), b.from.join())
  );
}
