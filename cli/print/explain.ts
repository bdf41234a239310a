import type {
  AttemptVerdict,
  ClusterVerdict,
  Explanation,
  ObjectVerdict,
  OverrideVerdict,
  PlacementVerdict,
  PolicyVerdict,
} from '#compiler/explain/explanation.ts';
import { describeChange } from './change.ts';
import { count } from './compile.ts';
import { place, section, table } from './layout.ts';
import { divisionLines } from './replicas.ts';

/** Maximum number of listed policies that select other objects. A further line counts the others. */
const shownOthers = 10;

/** Formats an explanation, from the policies down to the fields. */
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
    ...section('locked images', table(imageRows(objects))),
    ...section('faults', table(faults.map(({ reason, at: where }) => [reason, place(where)]))),
  ];
}

function policyLines(policies: readonly PolicyVerdict[]): readonly string[] {
  const matching = policies.filter(({ outcome }) => outcome !== 'no match');
  const others = policies.filter(({ outcome }) => outcome === 'no match');
  const shown = [...matching, ...others.slice(0, shownOthers)];
  const rest = others.length - shownOthers;
  return [
    ...table(shown.map(({ outcome, policy, reason, at }) => [outcome, policy, reason, place(at)])),
    ...(rest > 0 ? [`and ${rest} more that select other objects`] : []),
    ...(policies.length === 0 ? ['no policy is in scope'] : []),
  ];
}

function attemptTitle({ affinity, name, at }: AttemptVerdict): string {
  return `clusters by ${affinity}${name === undefined ? '' : ` ${name}`}  ${place(at)}`;
}

function clusterRows(verdict: ClusterVerdict): readonly (readonly string[])[] {
  const { outcome, cluster, plugin, reason, allocatable, limitedBy, at, also } = verdict;
  const limit = limitedBy === undefined ? '' : `, limited by ${limitedBy}`;
  const fits = allocatable === undefined ? '' : `; ${allocatable} allocatable${limit}`;
  return [
    [outcome, cluster, plugin, `${reason}${fits}`, place(at)],
    ...also.map((further) => ['', '', further.plugin, further.reason, place(further.at)]),
  ];
}

function regionLines({ regions }: AttemptVerdict): readonly string[] {
  if (regions === undefined) return [];
  const rows = regions.map(({ name, size, score, isChosen }) => [
    isChosen ? 'chosen' : 'not chosen',
    name,
    count(size, 'cluster'),
    `score ${score}`,
  ]);
  return section('regions', table(rows));
}

function failureLines({ failure }: AttemptVerdict, isFollowed: boolean): readonly string[] {
  if (failure === undefined) return [];
  const next = isFollowed ? '; the next affinity is tried' : '';
  return ['', `  ${failure.reason}: ${failure.message}${next}`];
}

function placementLines(placement: PlacementVerdict): readonly string[] {
  const { clusters, before, replicas, requests = {}, completions, kept, unscheduled } = placement;
  const needs = Object.entries(requests).map(([name, quantity]) => `${name} ${quantity}`);
  const each = needs.length === 0 ? '' : `, each of ${needs.join(', ')}`;
  const known = new Map(before?.map((target) => [target.name, target.replicas]));
  const rows = clusters.map((target) => {
    const share = completions?.[target.name];
    const completed = share === undefined ? '' : `, ${count(share, 'completion')}`;
    const number = target.replicas === undefined ? '' : count(target.replicas, 'replica');
    const was = known.get(target.name);
    const change = known.has(target.name) ? (was === target.replicas ? '' : `was ${was}`) : 'new';
    return [target.name, `${number}${completed}`, before === undefined ? '' : change];
  });
  const names = new Set(clusters.map(({ name }) => name));
  const gone = [...known.keys()].filter((name) => !names.has(name));
  return [
    ...(replicas === undefined ? [] : [`asks for ${count(replicas, 'replica')}${each}`]),
    ...(kept === undefined ? [] : [kept]),
    ...(completions === undefined ? [] : ['completions are divided in proportion to replicas']),
    ...table(rows),
    ...gone.map((name) => `${name}  removed`),
    ...(clusters.length === 0 ? ['no cluster'] : []),
    ...(unscheduled === undefined ? [] : [`${unscheduled.reason}: ${unscheduled.message}`]),
  ];
}

/** Groups clusters with the same overrides. */
function overrideLines(objects: readonly ObjectVerdict[]): readonly string[] {
  const groups = Map.groupBy(objects, ({ overrides }) =>
    overrides.flatMap(overrideRuleLines).join('\n'),
  );
  return [...groups].flatMap(([lines, alike]) => {
    const names = alike.map(({ cluster }) => cluster).join(', ');
    return lines === '' ? [] : [names, ...lines.split('\n')];
  });
}

/** Lists each image once: clusters with the same image have it from the same line. */
function imageRows(objects: readonly ObjectVerdict[]): readonly (readonly string[])[] {
  const images = objects.flatMap((object) => object.images);
  const rows = images.map(({ image, digest, at }) => [image, digest, place(at)]);
  return [...new Map(rows.map((row) => [row.join(' '), row])).values()];
}

function overrideRuleLines({ policy, at, fields }: OverrideVerdict): readonly string[] {
  const nothing = fields.length === 0 ? '  changes nothing' : '';
  return [
    `  ${policy}  ${place(at)}${nothing}`,
    ...table(fields.map((field) => [`    ${field.field}`, describeChange(field), place(field.at)])),
  ];
}
