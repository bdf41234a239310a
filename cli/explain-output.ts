import type {
  AttemptVerdict,
  ClusterVerdict,
  Explanation,
  ObjectVerdict,
  OverrideVerdict,
  PlacementVerdict,
  PolicyVerdict,
} from '#compiler/explain/explanation.ts';
import type { Position } from '#model/diagnostic.ts';
import { count } from './compile-output.ts';

type Division = AttemptVerdict['divisions'][number];

/** How many policies that select other things are listed before they are only counted. */
const shownOthers = 10;

/** An explanation as people read it: from the policy down to the fields. */
export function formatExplanation(explanation: Explanation): readonly string[] {
  const { object, at, regardless, policies, attempts, placement, requiredBy, objects, faults } =
    explanation;
  return [
    `${object}  ${place(at)}`,
    ...(regardless === undefined ? [] : [`  ${regardless}`]),
    ...section('policies', policyLines(policies)),
    ...attempts.flatMap((attempt, index) => [
      ...section(attemptTitle(attempt), table(attempt.clusters.flatMap(clusterRows))),
      ...regionLines(attempt),
      ...attempt.divisions.flatMap(divisionLines),
      ...failureLines(attempt, index + 1 < attempts.length),
    ]),
    ...section('placement', placementLines(placement)),
    ...section(
      'needed by',
      table(
        requiredBy.map((needs) => [
          `${needs.object} on ${needs.clusters.join(', ')}`,
          place(needs.at),
          needs.by === undefined ? '' : `by propagateDeps  ${place(needs.by)}`,
        ]),
      ),
    ),
    ...section('overrides', overrideLines(objects)),
    ...section('faults', table(faults.map(({ reason, at: where }) => [reason, place(where)]))),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function place({ file, line }: Position): string {
  return `${file}:${line}`;
}

/** Columns of equal width, without those that have nothing in them. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => widths[column] !== 0)
      .join('  ')
      .trimEnd(),
  );
}

function policyLines(policies: readonly PolicyVerdict[]): readonly string[] {
  const told = policies.filter(({ outcome }) => outcome !== 'no match');
  const others = policies.filter(({ outcome }) => outcome === 'no match');
  const shown = [...told, ...others.slice(0, shownOthers)];
  const rest = others.length - shownOthers;
  return [
    ...table(shown.map(({ outcome, policy, reason, at }) => [outcome, policy, reason, place(at)])),
    ...(rest > 0 ? [`and ${rest} more that select other objects`] : []),
    ...(policies.length === 0 ? ['none could select it'] : []),
  ];
}

function attemptTitle({ affinity, name, at }: AttemptVerdict): string {
  return `clusters by ${affinity}${name === undefined ? '' : ` ${name}`}  ${place(at)}`;
}

function clusterRows(verdict: ClusterVerdict): readonly (readonly string[])[] {
  const { outcome, cluster, plugin, reason, room, limitedBy, at, also } = verdict;
  const limit = limitedBy === undefined ? '' : ` by ${limitedBy}`;
  const fits = room === undefined ? '' : `; room for ${room} more${limit}`;
  return [
    [outcome, cluster, plugin, `${reason}${fits}`, place(at)],
    ...also.map((further) => ['', '', further.plugin, further.reason, place(further.at)]),
  ];
}

function regionLines({ regions }: AttemptVerdict): readonly string[] {
  if (regions === undefined) return [];
  const rows = regions.map(({ name, size, score, isChosen }) => [
    isChosen ? 'chosen' : 'left',
    name,
    count(size, 'cluster'),
    `score ${score}`,
  ]);
  return section('regions', table(rows));
}

const modes = {
  all: 'all of them',
  more: 'what is more than before',
  fewer: 'all of them, by what was there before, because they are fewer now',
  kept: 'none: what was there before is still what is asked for',
} as const;

const voices = {
  weights: 'weight',
  room: 'room',
  previous: 'before',
  none: '',
} as const;

function divisionLines(division: Division): readonly string[] {
  const { strategy, mode, votes, replicas, shares, at } = division;
  const what = votes === 'none' ? 'each gets all' : modes[mode];
  const number = mode === 'kept' ? '' : `${replicas}, `;
  const title = `replicas by ${strategy}: ${number}${what}  ${place(at)}`;
  const rows = shares.map((share) => {
    const voice = votes === 'none' || mode === 'kept' ? '' : `${voices[votes]} ${share.votes}`;
    const { exact, kept, lastClaim, nextClaim } = share;
    return [
      share.name,
      voice,
      exact === undefined ? '' : `${exact.toFixed(2)} of ${replicas}`,
      kept > 0 ? `keeps ${kept}` : '',
      `gets ${share.replicas}`,
      lastClaim === undefined ? '' : `last by ${lastClaim.toFixed(3)}`,
      nextClaim === undefined ? '' : `next by ${nextClaim.toFixed(3)}`,
      share.at === undefined ? '' : place(share.at),
    ];
  });
  return section(title, [...table(rows), ...ruleLines(division)]);
}

/** By what the replicas were handed out one by one, and who tied for the last. */
function ruleLines({ shares, votes, tie }: Division): readonly string[] {
  if (shares.every(({ nextClaim }) => nextClaim === undefined)) return [];
  const rule = `each goes where ${voices[votes]} / (2 × those handed out there + 1) is largest`;
  const names = tie?.clusters.join(', ');
  const tied = `${names} tie for the last: fewer handed out goes first, then the name decides`;
  return [rule, ...(tie === undefined ? [] : [tied])];
}

function failureLines({ failure }: AttemptVerdict, isFollowed: boolean): readonly string[] {
  if (failure === undefined) return [];
  const next = isFollowed ? '; the next affinity is tried' : '';
  return ['', `  ${failure.reason}: ${failure.message}${next}`];
}

function placementLines(placement: PlacementVerdict): readonly string[] {
  const { clusters, before, replicas, requests = {}, kept, unscheduled } = placement;
  const needs = Object.entries(requests).map(([name, quantity]) => `${name} ${quantity}`);
  const each = needs.length === 0 ? '' : `, each of ${needs.join(', ')}`;
  const known = new Map(before?.map((target) => [target.name, target.replicas]));
  const rows = clusters.map((target) => {
    const number = target.replicas === undefined ? '' : count(target.replicas, 'replica');
    const was = known.get(target.name);
    const news = known.has(target.name) ? (was === target.replicas ? '' : `was ${was}`) : 'new';
    return [target.name, number, before === undefined ? '' : news];
  });
  const names = new Set(clusters.map(({ name }) => name));
  const gone = [...known.keys()].filter((name) => !names.has(name));
  return [
    ...(replicas === undefined ? [] : [`asks for ${count(replicas, 'replica')}${each}`]),
    ...(kept === undefined ? [] : [kept]),
    ...table(rows),
    ...gone.map((name) => `${name}  no more`),
    ...(clusters.length === 0 ? ['no cluster'] : []),
    ...(unscheduled === undefined ? [] : [`${unscheduled.reason}: ${unscheduled.message}`]),
  ];
}

/** Clusters that the same is changed for stand together. */
function overrideLines(objects: readonly ObjectVerdict[]): readonly string[] {
  const groups = Map.groupBy(objects, ({ overrides }) =>
    overrides.flatMap(overrideRuleLines).join('\n'),
  );
  return [...groups].flatMap(([lines, alike]) => {
    const names = alike.map(({ cluster }) => cluster).join(', ');
    return lines === '' ? [] : [names, ...lines.split('\n')];
  });
}

function overrideRuleLines({ policy, at, fields }: OverrideVerdict): readonly string[] {
  const nothing = fields.length === 0 ? '  changes nothing' : '';
  return [
    `  ${policy}  ${place(at)}${nothing}`,
    ...table(fields.map(({ field, at: entry }) => [`    ${field}`, place(entry)])),
  ];
}
