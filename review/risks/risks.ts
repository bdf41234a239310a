import { byText, describeObject, type KubeObject } from '#model/object.ts';
import { conflictAnnotation, preservedAnnotation } from '#model/rendered.ts';
import { isSealedForAny, lacksSealedFor } from '#model/sealing.ts';
import { type Hunk, type Risk, type RiskCode, riskCodes, type Transition } from '../review.ts';
import { imagesOf } from './pods.ts';
import { gainedPrivileges } from './privileges.ts';

/** Kinds whose deletion also deletes data or contained objects. */
const holdsData: ReadonlySet<string> = new Set([
  'Namespace',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StatefulSet',
]);

/**
 * Returns the distinct risks of a change of one object on some clusters.
 *
 * @param all - the object's changes on all clusters, because replicas may only move between them
 */
export function risksOf(
  type: Hunk['type'],
  transitions: readonly Transition[],
  all: readonly Transition[],
): readonly Risk[] {
  const risks = [...transitions.flatMap(riskOf), ...replicaRisk(transitions, all)];
  const actual = type === 'moved' ? risks.filter(({ code }) => code !== 'prune') : risks;
  return [...new Map(actual.map((risk) => [`${risk.code} ${risk.message}`, risk])).values()];
}

function replicaRisk(
  transitions: readonly Transition[],
  all: readonly Transition[],
): readonly Risk[] {
  const gained = replicasGained(all);
  const object = transitions.find(({ after }) => after !== undefined)?.after;
  // Report a deletion as a deletion, not as lost replicas.
  if (gained >= 0 || replicasGained(transitions) >= 0 || object === undefined) return [];
  return [
    { code: 'replicas', message: `${describeObject(object)}: ${-gained} fewer replicas in total` },
  ];
}

function riskOf({ before, after, facts }: Transition): readonly Risk[] {
  const { refused = [], unsourced, live } = facts;
  if (after === undefined) return before === undefined ? [] : pruned(before);
  const name = describeObject(after);
  const risk = (code: RiskCode, messages: readonly string[]) =>
    messages.map((message): Risk => ({ code, message: `${name}: ${message}` }));
  return [
    ...risk('unsourced', unsourced === undefined ? [] : [unsourced]),
    ...refused.map((message): Risk => ({ code: 'recreate', message })),
    ...risk('takeover', gainsTakeover(before, after) ? [takeover(live)] : []),
    ...risk('privilege', gainedPrivileges(before, after)),
    ...risk('sealed-for-any', losesSeal(before, after) ? [lacksSealedFor] : []),
    ...risk('selector', before === undefined ? [] : selectorChanges(before, after)),
    ...risk('quota', before === undefined ? [] : quotaChanges(before, after)),
    ...risk('image', before === undefined ? [] : imageChanges(before, after)),
  ];
}

function gainsTakeover(before: KubeObject | undefined, after: KubeObject): boolean {
  return takesOver(after) && !(before !== undefined && takesOver(before));
}

function losesSeal(before: KubeObject | undefined, after: KubeObject): boolean {
  return isSealedForAny(after) && !(before !== undefined && isSealedForAny(before));
}

function takesOver({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[conflictAnnotation] === 'overwrite';
}

function takeover(live: string | undefined): string {
  const taken = 'takes over the object of this name from any other manager';
  return live === undefined ? taken : `${taken}: ${live}`;
}

function pruned(object: KubeObject): readonly Risk[] {
  if (object.metadata.annotations?.[preservedAnnotation] === 'true') return [];
  const name = describeObject(object);
  return holdsData.has(object.kind)
    ? [{ code: 'prune-data', message: `${name} is deleted with everything in it` }]
    : [{ code: 'prune', message: `${name} is deleted` }];
}

function selectorChanges(before: KubeObject, after: KubeObject): readonly string[] {
  if (after.kind !== 'Service' && after.kind !== 'NetworkPolicy') return [];
  const [old, now] = [before, after].map(({ spec }) => {
    const { selector, podSelector } = Object(spec);
    return JSON.stringify(selector ?? podSelector ?? {});
  });
  return old === now ? [] : [`selects other pods: ${old} → ${now}`];
}

const limiting: ReadonlySet<string> = new Set([
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
]);

function quotaChanges(before: KubeObject, after: KubeObject): readonly string[] {
  const isSame = JSON.stringify(before.spec) === JSON.stringify(after.spec);
  return limiting.has(after.kind) && !isSame ? ['changes its limits'] : [];
}

function imageChanges(before: KubeObject, after: KubeObject): readonly string[] {
  const [old, now] = [imagesOf(before), imagesOf(after)];
  return [...now].flatMap(([container, image]) => {
    const was = old.get(container);
    return was === undefined || was === image ? [] : [`${was} → ${image}`];
  });
}

/** Returns the change in total replicas; negative when replicas are lost. */
function replicasGained(transitions: readonly Transition[]): number {
  return transitions.reduce(
    (sum, { before, after }) => sum + (replicasOf(after) ?? 0) - (replicasOf(before) ?? 0),
    0,
  );
}

/** Returns the replicas of an object; undefined if the object does not set a number. */
export function replicasOf(object: KubeObject | undefined): number | undefined {
  const { replicas } = Object(object?.spec);
  return typeof replicas === 'number' ? replicas : undefined;
}

/** Orders hunks by risk, the greatest first, then by number of clusters, then by name. */
export function byRisk(a: Hunk, b: Hunk): number {
  return (
    gravity(a) - gravity(b) || a.clusters.length - b.clusters.length || byText(nameOf(a), nameOf(b))
  );
}

function gravity({ risks }: Hunk): number {
  return Math.min(riskCodes.length, ...risks.map(({ code }) => riskCodes.indexOf(code)));
}

function nameOf({ objects }: Hunk): string {
  const { namespace = '', name = '', kind = '' } = objects[0]?.reference ?? {};
  return `${namespace}/${name}/${kind}`;
}
