import { changedObjects, type ReadObject } from '#model/changed-objects.ts';
import { differences } from '#model/difference.ts';
import { holdsSecrets, showDifference } from '#model/hidden-value.ts';
import { byText, describeObject, type KubeObject } from '#model/object.ts';
import {
  type ChangedFile,
  type LeftCluster,
  leavingClusters,
  type Snapshot,
} from '#model/snapshot.ts';
import type {
  AddedContent,
  ChangeFacts,
  Counts,
  FieldChange,
  Hunk,
  HunkObject,
  ObjectReference,
  Review,
  Transition,
} from './review.ts';
import { byRisk, replicasOf, risksOf } from './risks/risks.ts';

/** Returns what the review knows about a changed file besides its contents. */
export type FactsOf = (file: ChangedFile) => ChangeFacts;

/** Compares the rendered output of two commits. Reads only files that differ. */
export function compareSnapshots(
  base: Snapshot,
  head: Snapshot,
  read: ReadObject,
  factsOf: FactsOf = () => ({}),
): Review {
  const files = changedObjects(base, head, read);
  const leaving = leavingClusters(base, head);
  const recall = memoised(read);
  const transitions = files.map((file) => transitionOf(file, recall, factsOf(file)));
  // Clusters where the sources account for a change must not hide one where they do not.
  const alike = Map.groupBy(transitions, ({ path, facts }) => `${facts.unsourced ?? ''}\0${path}`);
  const single = [...alike.values()].flatMap(hunksOf);
  return {
    hunks: fold([...single, ...[...leaving].map(leavingHunk)]).sort(byRisk),
    clusters: [...new Set([...files.map(({ cluster }) => cluster), ...leaving.keys()])].sort(
      byText,
    ),
    counts: countsOf(files),
  };
}

function leavingHunk([cluster, left]: readonly [string, LeftCluster]): Hunk {
  const { objects, isAcknowledged } = left;
  const what = objects === 1 ? '1 object stays' : `${objects} objects stay`;
  const end = isAcknowledged ? ', until regatta unjoin --remove deletes what is acknowledged' : '';
  const message = `cluster ${cluster} leaves the fleet: ${what} there, unmanaged${end}`;
  const risks = [{ code: 'leave', message }] as const;
  return {
    type: 'left',
    objects: [],
    clusters: [cluster],
    from: [],
    fields: [],
    risks,
    causes: [],
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

function transitionOf(
  { cluster, path, before, after }: ChangedFile,
  read: ReadObject,
  facts: ChangeFacts,
): Transition {
  return {
    cluster,
    path,
    facts,
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

/** Returns the changes of one object: on clusters that keep it, lose it, or gain it. */
function hunksOf(transitions: readonly Transition[]): readonly Hunk[] {
  const kept = transitions.filter(({ before, after }) => before && after);
  const lost = transitions.filter(({ after }) => after === undefined);
  const gained = transitions.filter(({ before }) => before === undefined);
  const changed = Map.groupBy(kept, (transition) => JSON.stringify(fieldsOf(transition)));
  const hunks = [...changed.values()].map((group) => hunkOf('changed', group, [], transitions));
  const withHunk = (
    type: Hunk['type'],
    now: readonly Transition[],
    before: readonly Transition[],
  ) => [...hunks, hunkOf(type, now, before, transitions)];
  if (lost.length > 0 && gained.length > 0) return withHunk('moved', gained, lost);
  if (lost.length > 0) return withHunk('removed', lost, []);
  return gained.length > 0 ? withHunk('added', gained, []) : hunks;
}

function hunkOf(
  type: Hunk['type'],
  transitions: readonly Transition[],
  lost: readonly Transition[],
  all: readonly Transition[],
): Hunk {
  const [first] = transitions;
  const object = first?.after ?? first?.before;
  const concerned = [...transitions, ...lost];
  return {
    type,
    objects:
      object === undefined
        ? []
        : [
            {
              reference: referenceOf(object),
              replicas: replicasIn(concerned),
              ...(type === 'added' && { content: contentOf(transitions) }),
            },
          ],
    clusters: transitions.map(({ cluster }) => cluster),
    from: lost.map(({ cluster }) => cluster),
    fields: type === 'changed' && first !== undefined ? fieldsOf(first) : [],
    risks: risksOf(type, concerned, all),
    causes: [],
  };
}

/** Returns the content of an object that clusters gain. Hides values of objects that hold secrets. */
function contentOf(transitions: readonly Transition[]): AddedContent {
  const [first, ...others] = transitions.map(({ after }) => after);
  const isSecret = first !== undefined && holdsSecrets(first);
  const text = JSON.stringify(first);
  return {
    fields: differences(undefined, first).map((found) => showDifference(found, { isSecret })),
    others: others.filter((other) => other !== first && JSON.stringify(other) !== text).length,
  };
}

function referenceOf({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** Returns the replicas of all clusters together; undefined if the object has no replicas. */
function replicasIn(transitions: readonly Transition[]): HunkObject['replicas'] {
  const before = transitions.flatMap((transition) => replicasOf(transition.before) ?? []);
  const after = transitions.flatMap((transition) => replicasOf(transition.after) ?? []);
  if (before.length + after.length === 0) return undefined;
  return { before: sumOf(before), after: sumOf(after) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Returns the changed fields. Hides values of objects that hold secrets before or after the change. */
function fieldsOf({ before, after }: Transition): readonly FieldChange[] {
  if (before === undefined || after === undefined) return [];
  const isSecret = holdsSecrets(before) || holdsSecrets(after);
  return differences(before, after).map((difference) => showDifference(difference, { isSecret }));
}

/** Merges hunks that differ only in their objects. */
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

/** Formats a reference for display, such as `Deployment shop/web`. */
export function describeReference({ apiVersion, kind, ...metadata }: ObjectReference): string {
  return describeObject({ apiVersion, kind, metadata });
}
