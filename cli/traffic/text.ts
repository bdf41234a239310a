import { type MeshTraffic, type TrafficRow, targetOf } from '#traffic/ask/report.ts';
import { type Destination, percent, servedShare, type Way } from '#traffic/way/way.ts';
import { count } from '../print/compile.ts';
import { place, table } from '../print/layout.ts';
import { ruleKey, type TrafficAnswer } from './located.ts';

/** Formats the way of one request in full. */
export function formatWays(answer: TrafficAnswer): readonly string[] {
  return joined(answer, ({ rows }) =>
    rows.flatMap((row) => ['', ...rowLines(row, answer)]).slice(1),
  );
}

/** Formats everything that can be reached, one line for each host, port and path. */
export function formatOverview(answer: TrafficAnswer): readonly string[] {
  return joined(answer, ({ rows }) =>
    table(
      rows.map((row) => [
        percent(servedShare(row.way)),
        targetOf(row),
        shortOf(row.way),
        callersOf(row),
      ]),
    ),
  );
}

function joined(
  { meshes }: TrafficAnswer,
  format: (mesh: MeshTraffic) => readonly string[],
): readonly string[] {
  return meshes.flatMap((mesh, index) => [
    ...(index === 0 ? [] : ['']),
    ...(meshes.length === 1 ? [] : [`mesh ${mesh.mesh}`]),
    ...(mesh.rows.length === 0 ? ['nothing leads into this mesh'] : format(mesh)),
    ...mesh.notes.map((note) => `note: ${note}`),
  ]);
}

function rowLines(row: TrafficRow, { rules }: TrafficAnswer): readonly string[] {
  const { way, from } = row;
  const rule = way.rule && rules.get(ruleKey(way.rule));
  const where = rule === undefined ? [] : [`rule ${rule.object} ${rule.field}  ${place(rule.at)}`];
  return [
    targetOf(row),
    ...from.map((name) => `  from ${name}`),
    ...where.map((line) => `  ${line}`),
    ...changesOf(way).map((line) => `  ${line}`),
    ...outcomeLines(way).map((line) => `  ${line}`),
  ];
}

function outcomeLines(way: Way): readonly string[] {
  if (way.outcome !== 'forwarded') return [shortOf(way)];
  return [
    ...way.destinations.flatMap((one) => [
      `to ${nameOf(one)}  ${percent(one.share)}`,
      ...endpointLines(one).map((line) => `  ${line}`),
    ]),
    ...way.mirrors.map(
      ({ destination, share }) => `mirror to ${nameOf(destination)}  ${percent(share)}`,
    ),
  ];
}

function endpointLines(destination: Destination): readonly string[] {
  const { endpoints, statusWithoutEndpoints: status = 503 } = destination;
  const answer = answerText(status, destination.grpcStatusWithoutEndpoints);
  if (endpoints.length === 0) return [`no endpoint: the proxy answers ${answer}`];
  return table(
    endpoints.map(({ version, cluster, workload, count: pods, share }) => [
      version,
      cluster ?? '',
      workload === undefined ? '' : count(pods, 'pod'),
      percent(share),
    ]),
  );
}

function changesOf({ rewrite, fault }: Way): readonly string[] {
  const { path, host } = rewrite ?? {};
  const { abort, delay } = fault ?? {};
  return [
    ...(path === undefined ? [] : [`rewrite path ${path}`]),
    ...(host === undefined ? [] : [`rewrite host ${host}`]),
    ...(abort === undefined ? [] : [`fault ${percent(abort.share)} answer ${abort.status}`]),
    ...(delay === undefined ? [] : [`fault ${percent(delay.share)} wait ${delay.duration}`]),
  ];
}

function answerText(status: number | undefined, grpcStatus: number | undefined): string {
  return grpcStatus === undefined ? `${status}` : `${status}, grpc-status ${grpcStatus}`;
}

/** Names the versions of a way with their shares, in one line. */
export function shortOf(way: Way): string {
  const { outcome, status, grpcStatus, reason, location, destinations } = way;
  const answer = answerText(status, grpcStatus);
  if (outcome === 'refused') return status === undefined ? `${reason}` : `${answer}: ${reason}`;
  if (outcome === 'redirected') return `${answer} to ${location}`;
  if (outcome === 'answered') return `${answer} from the proxy`;
  return destinations.map((one) => `${nameOf(one)} ${versionsOf(one)}`).join('; ');
}

function versionsOf({ endpoints }: Destination): string {
  if (endpoints.length === 0) return 'has no endpoint';
  const versions = Map.groupBy(endpoints, ({ version }) => version);
  return [...versions]
    .map(([version, some]) => {
      const share = some.reduce((sum, one) => sum + one.share, 0);
      const clusters = some.flatMap(({ cluster }) => cluster ?? []);
      const where = clusters.length === 0 ? '' : ` (${[...new Set(clusters)].join(', ')})`;
      return `${version} ${percent(share)}${where}`;
    })
    .join(', ');
}

/** Names a destination: the Service without the domain of its cluster, its port and its subset. */
export function nameOf({ name, host, port, subset }: Destination): string {
  if (host === undefined) return name;
  const short = host.replace(/\.svc\.cluster\.local$/, '');
  return `${short}:${port}${subset === undefined ? '' : ` subset ${subset}`}`;
}

function callersOf({ from }: TrafficRow): string {
  const [first = '', ...others] = from;
  return others.length === 0 ? `from ${first}` : `from ${first} and ${others.length} more`;
}
