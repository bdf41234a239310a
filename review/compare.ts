import { differences, formatSteps, isSecretValue } from '#model/difference.ts';
import { byText, describeObject, type KubeObject } from '#model/object.ts';
import type {
  Counts,
  FieldChange,
  Hunk,
  HunkObject,
  ObjectReference,
  Review,
  Transition,
} from './review.ts';
import { byRisk, replicasOf, risksOf } from './risks/risks.ts';
import { type ChangedFile, changedFiles, type Snapshot } from './snapshot.ts';

/** The object in a content, by what tells contents apart. */
export type ReadObject = (content: string) => KubeObject;

/** Why the API server would refuse a change, in whole sentences; none where it would not, or is not asked. */
export type RefusalsOf = (file: ChangedFile) => readonly string[];

/** Compares what two commits render. Only what differs is read. */
export function compareSnapshots(
  base: Snapshot,
  head: Snapshot,
  read: ReadObject,
  refusalsOf: RefusalsOf = () => [],
): Review {
  const files = changedFiles(base, head);
  const recall = memoised(read);
  const single = [...Map.groupBy(files, ({ path }) => path).values()].flatMap((changes) =>
    hunksOf(changes.map((file) => ({ ...transitionOf(file, recall), refused: refusalsOf(file) }))),
  );
  return {
    hunks: fold(single).sort(byRisk),
    clusters: [...new Set(files.map(({ cluster }) => cluster))].sort(byText),
    counts: countsOf(files),
  };
}

function memoised(read: ReadObject): ReadObject {
  const known = new Map<string, KubeObject>();
  return (content) => {
    const object = known.get(content) ?? read(content);
    known.set(content, object);
    return object;
  };
}

function transitionOf({ cluster, before, after }: ChangedFile, read: ReadObject): Transition {
  return {
    cluster,
    before: before === undefined ? undefined : read(before),
    after: after === undefined ? undefined : read(after),
  };
}

function countsOf(files: readonly ChangedFile[]): Counts {
  const count = (isOf: (file: ChangedFile) => boolean) => files.filter(isOf).length;
  return {
    added: count(({ before }) => before === undefined),
    changed: count(({ before, after }) => before !== undefined && after !== undefined),
    removed: count(({ after }) => after === undefined),
  };
}

/** What happens to one object: on the clusters that keep it, those that lose it, those that gain it. */
function hunksOf(transitions: readonly Transition[]): readonly Hunk[] {
  const kept = transitions.filter(({ before, after }) => before && after);
  const lost = transitions.filter(({ after }) => after === undefined);
  const gained = transitions.filter(({ before }) => before === undefined);
  const changed = Map.groupBy(kept, (transition) => JSON.stringify(fieldsOf(transition)));
  const hunks = [...changed.values()].map((group) => hunkOf('changed', group, [], transitions));
  const more = (type: Hunk['type'], now: readonly Transition[], before: readonly Transition[]) => [
    ...hunks,
    hunkOf(type, now, before, transitions),
  ];
  if (lost.length > 0 && gained.length > 0) return more('moved', gained, lost);
  if (lost.length > 0) return more('removed', lost, []);
  return gained.length > 0 ? more('added', gained, []) : hunks;
}

function hunkOf(
  type: Hunk['type'],
  transitions: readonly Transition[],
  lost: readonly Transition[],
  all: readonly Transition[],
): Hunk {
  const [first] = transitions;
  const object = first?.after ?? first?.before;
  const mine = [...transitions, ...lost];
  return {
    type,
    objects:
      object === undefined ? [] : [{ reference: referenceOf(object), replicas: replicasIn(mine) }],
    clusters: transitions.map(({ cluster }) => cluster),
    from: lost.map(({ cluster }) => cluster),
    fields: type === 'changed' && first !== undefined ? fieldsOf(first) : [],
    risks: risksOf(type, mine, all),
    causes: [],
  };
}

function referenceOf({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** Summed over clusters; undefined for what says nothing of replicas. */
function replicasIn(transitions: readonly Transition[]): HunkObject['replicas'] {
  const before = transitions.flatMap((transition) => replicasOf(transition.before) ?? []);
  const after = transitions.flatMap((transition) => replicasOf(transition.after) ?? []);
  if (before.length + after.length === 0) return undefined;
  return { before: sumOf(before), after: sumOf(after) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Values of Secrets are masked, so that it shows that they change and not to what. */
function fieldsOf({ before, after }: Transition): readonly FieldChange[] {
  if (before === undefined || after === undefined) return [];
  return differences(before, after).map((difference) => {
    const isSecret = isSecretValue(after, difference.steps);
    const mask = (value: unknown, side: string) =>
      value === undefined || !isSecret ? value : `*** (${side})`;
    return {
      path: formatSteps(difference.steps),
      before: mask(difference.before, 'before'),
      after: mask(difference.after, 'after'),
    };
  });
}

/** Hunks that differ in their objects alone become one. */
function fold(hunks: readonly Hunk[]): Hunk[] {
  const groups = Map.groupBy(hunks, ({ type, clusters, from, fields }) =>
    JSON.stringify([type, clusters, from, fields]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const objects = group.flatMap((hunk) => hunk.objects).sort(byReference);
    return [{ ...first, objects, risks: group.flatMap(({ risks }) => risks) }];
  });
}

function byReference(a: HunkObject, b: HunkObject): number {
  return byText(textOf(a.reference), textOf(b.reference));
}

function textOf({ kind, namespace = '', name }: ObjectReference): string {
  return `${namespace}/${name}/${kind}`;
}

/** `Deployment shop/web` */
export function describeReference({ apiVersion, kind, ...metadata }: ObjectReference): string {
  return describeObject({ apiVersion, kind, metadata });
}
