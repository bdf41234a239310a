import type { IstioAnswer, IstioRequest } from '#model/istio-engine.ts';
import { byText } from '#model/object.ts';
import { type Envoy, envoysOf } from '../envoy/config.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { servedShare } from '../way/way.ts';
import { notesOf } from './notes.ts';
import { overviewOf } from './overview.ts';
import { type CallerSelector, type Start, startsFor } from './proxies.ts';
import type { MeshTraffic, TrafficRow } from './report.ts';
import { istioRequest } from './request.ts';
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

/**
 * Returns the question with the proxies that it is about.
 *
 * @throws NoSuchObjectError if no workload is the one that the question names
 */
export function planQuestion(mesh: Mesh, question: Question): PlannedQuestion {
  const starts = startsFor(mesh, question.from);
  const request = istioRequest(
    mesh,
    starts.map(({ proxy }) => proxy),
  );
  return { ...question, mesh, starts, request };
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
    notes: [...notesOf(mesh, starts), ...failures],
  };
}

/** Leaves out proxies that do not know the host of a query if another proxy does. */
function rowsOf(
  { mesh, query, starts }: PlannedQuestion,
  envoys: ReadonlyMap<string, Envoy>,
): readonly TrafficRow[] {
  const known = starts.flatMap((start) => {
    const envoy = envoys.get(start.proxy.id);
    return envoy === undefined ? [] : [{ start, envoy }];
  });
  if (query === undefined)
    return known.flatMap(({ start, envoy }) => overviewOf(mesh, start, envoy));
  const { host, path } = query;
  const all = known.flatMap(({ start, envoy }) =>
    waysFrom(mesh, start, envoy, query).map(({ port, way, isForeign = false }) => ({
      ...{ isForeign, isGateway: start.proxy.type === 'router' },
      ...{ row: { host, port, path, from: [nameOf(start)], way } },
    })),
  );
  const own = all.filter(({ isForeign }) => !isForeign);
  const gateways = all.filter(({ isGateway }) => isGateway);
  const shown = [own, gateways, all].find((some) => some.length > 0) ?? [];
  return shown.map(({ row }) => row);
}

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
