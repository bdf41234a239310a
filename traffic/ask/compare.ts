import { byText } from '#model/object.ts';
import { type Destination, percent, servedShare, type Way } from '../way/way.ts';
import { type MeshTraffic, targetOf } from './report.ts';
import { lastingName } from './start-name.ts';

/** A change of where requests go, for all hosts and callers with the same change. */
export interface TrafficChange {
  readonly mesh: string;
  /** Targets as `host:port/path`, ordered by name. */
  readonly targets: readonly string[];
  /** Gateways, and namespaces with their clusters. */
  readonly from: readonly string[];
  /** Clauses such as `v1 33.3 % → 50 %`. */
  readonly changes: readonly string[];
  /** True if a smaller part of the requests gets an answer. */
  readonly isLoss: boolean;
}

/** Compares the traffic of a mesh before and after a change. An absent mesh has no traffic. Losses come first. */
export function compareTraffic(
  before: MeshTraffic | undefined,
  after: MeshTraffic | undefined,
): readonly TrafficChange[] {
  const [old, now] = [waysIn(before), waysIn(after)];
  const callers = new Set([...now.values()].map(({ from }) => from));
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const changes = keys.flatMap((key) => changeOf(old.get(key), now.get(key), callers));
  const mesh = after?.mesh ?? before?.mesh ?? '';
  return folded(mesh, changes).toSorted(
    (a, b) => Number(b.isLoss) - Number(a.isLoss) || byText(a.targets.join(), b.targets.join()),
  );
}

/** Returns the ways that only one of two answers has. */
export function differingWays(before: MeshTraffic, after: MeshTraffic): readonly Way[] {
  const [old, now] = [waysIn(before), waysIn(after)];
  const textOf = (flow: Flow | undefined) => JSON.stringify(flow?.way);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => [old.get(key), now.get(key)] as const)
    .filter(([was, is]) => textOf(was) !== textOf(is))
    .flatMap(([was, is]) => [was?.way ?? [], is?.way ?? []].flat());
}

interface Flow {
  readonly target: string;
  readonly from: string;
  readonly way: Way;
}

type Change = Omit<Flow, 'way'> & Pick<TrafficChange, 'changes' | 'isLoss'>;

function waysIn(traffic: MeshTraffic | undefined): ReadonlyMap<string, Flow> {
  const flows = (traffic?.rows ?? []).flatMap((row) =>
    row.from.map((name) => ({ target: targetOf(row), from: lastingName(name), way: row.way })),
  );
  const ordered = Map.groupBy(flows, ({ target, from }) => `${target} ${from}`);
  // Several rules of a gateway may have the same path, and differ in their other conditions.
  const distinct = [...ordered].flatMap(([key, same]) =>
    same.map((flow, index) => [`${key} ${index}`, flow] as const),
  );
  return new Map(distinct);
}

/** A target that only one commit has counts if its caller is there in both. */
function changeOf(
  before: Flow | undefined,
  after: Flow | undefined,
  callers: ReadonlySet<string>,
): readonly Change[] {
  if (before === undefined && after === undefined) return [];
  const { target, from } = after ?? before ?? { target: '', from: '' };
  const [was, is] = [shareOf(before), shareOf(after)];
  const changes = clausesOf(before, after, callers);
  return changes.length === 0 ? [] : [{ target, from, changes, isLoss: is < was - 1e-9 }];
}

function shareOf(flow: Flow | undefined): number {
  return flow === undefined ? 0 : servedShare(flow.way);
}

function clausesOf(
  before: Flow | undefined,
  after: Flow | undefined,
  callers: ReadonlySet<string>,
): readonly string[] {
  if (after === undefined) {
    const isKept = before !== undefined && callers.has(before.from) && shareOf(before) > 0;
    return isKept ? ['is no longer there'] : [];
  }
  if (before === undefined) return [`is new: ${answerOf(after.way)}`];
  const [was, is] = [shareOf(before), shareOf(after)];
  if (was > 0 && is === 0) return [lossOf(after.way)];
  if (before.way.outcome !== after.way.outcome || before.way.status !== after.way.status) {
    return [`${answerOf(before.way)} → ${answerOf(after.way)}`];
  }
  return [...versionClauses(before.way, after.way), ...otherClauses(before.way, after.way)];
}

function lossOf(way: Way): string {
  return way.outcome === 'forwarded' ? 'lost its last endpoint' : `is refused now: ${way.reason}`;
}

function answerOf(way: Way): string {
  const { outcome, status, reason, location } = way;
  if (outcome === 'refused') return `refused (${reason})`;
  if (outcome === 'redirected') return `${status} to ${location}`;
  if (outcome === 'answered') return `${status} from the proxy`;
  const versions = [...versionsOf(way)].map(
    ([version, { share }]) => `${version} ${percent(share)}`,
  );
  return versions.length === 0 ? 'no endpoint' : versions.join(', ');
}

interface Version {
  readonly share: number;
  readonly clusters: readonly string[];
}

function versionsOf({ destinations }: Way): ReadonlyMap<string, Version> {
  const endpoints = destinations.flatMap((one: Destination) => one.endpoints);
  const byVersion = Map.groupBy(endpoints, ({ version }) => version);
  return new Map(
    [...byVersion].map(([version, some]) => {
      const clusters = some.flatMap(({ cluster }) => cluster ?? []);
      const share = some.reduce((sum, one) => sum + one.share, 0);
      return [version, { share, clusters: [...new Set(clusters)].sort(byText) }];
    }),
  );
}

/** Differences of less than a tenth of a percent are not worth a line. */
const least = 0.001;

function versionClauses(before: Way, after: Way): readonly string[] {
  const [old, now] = [versionsOf(before), versionsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort(byText);
  const nothing: Version = { share: 0, clusters: [] };
  return names.flatMap((name) => {
    const [was, is] = [old.get(name) ?? nothing, now.get(name) ?? nothing];
    const moved = is.clusters.length > 0 && was.clusters.join() !== is.clusters.join();
    const from = is.clusters.length === 1 ? `all of ${name} now from` : `${name} now from`;
    return [
      ...(Math.abs(was.share - is.share) < least
        ? []
        : [`${name} ${percent(was.share)} → ${percent(is.share)}`]),
      ...(moved && was.clusters.length > 0 ? [`${from} ${is.clusters.join(', ')}`] : []),
    ];
  });
}

/** Describes what changes besides the versions that answer. */
function otherClauses(before: Way, after: Way): readonly string[] {
  const parts = [
    ['rewrite', (way: Way) => [way.rewrite?.path, way.rewrite?.host]],
    ['fault', (way: Way) => way.fault],
    [
      'mirrors',
      (way: Way) => way.mirrors.map(({ destination, share }) => [destination.name, share]),
    ],
    ['redirect', (way: Way) => way.location],
  ] as const;
  return parts
    .filter(([, part]) => JSON.stringify(part(before)) !== JSON.stringify(part(after)))
    .map(([name]) => `another ${name}`);
}

function folded(mesh: string, changes: readonly Change[]): readonly TrafficChange[] {
  const byCaller = Map.groupBy(changes, ({ target, changes: clauses, isLoss }) =>
    JSON.stringify([target, clauses, isLoss]),
  );
  const joined = [...byCaller.values()].flatMap((some) => {
    const from = [...new Set(some.map((one) => one.from))].sort(byText);
    return some.slice(0, 1).map((one) => ({ ...one, from }));
  });
  const byTarget = Map.groupBy(joined, ({ from, changes: clauses, isLoss }) =>
    JSON.stringify([from, clauses, isLoss]),
  );
  return [...byTarget.values()].flatMap((some) => {
    const targets = [...new Set(some.map(({ target }) => target))].sort(byText);
    return some.slice(0, 1).map(({ from, changes: clauses, isLoss }) => ({
      mesh,
      targets,
      from,
      changes: clauses,
      isLoss,
    }));
  });
}
