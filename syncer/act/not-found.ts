import { keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Member } from '../member.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { Action } from '../plan/plan.ts';
import type { ObjectQuery } from '../ports/cluster.ts';

/** Minimum number of new objects for which one list costs less than reading each. */
const worthAList = 20;

/** Maximum number of listed objects for each new one; beyond that, reading each costs less. */
const objectsForOne = 10;

const width = 4;

type Apply = Extract<Action, { readonly type: 'apply' }>;

/** Keys of the existing objects; undefined if the cluster has too many objects, or the list failed. */
type Listed = ReadonlySet<ObjectKey> | undefined;

/**
 * Returns the plan with `notFound` set on applies of objects that the cluster certainly lacks. A first
 * sync then sends one list for each kind instead of one read for each object. If the cluster has very
 * many objects of a kind, it sends one list for each namespace.
 */
export async function markNotFound(
  member: Member,
  actions: readonly Action[],
  stop: AbortSignal,
): Promise<readonly Action[]> {
  const notFound = new Set<ObjectKey>();
  const unknown: Apply[] = [];
  await listEach(actions.filter(isNew(member)), kindOf, stop, async (group, selection) => {
    const atMost = group.length * objectsForOne;
    const there = await existingKeys(member, { ...selection, atMost }, stop);
    if (there === undefined) unknown.push(...group);
    else noteNotFound(group, there, notFound);
  });
  await listEach(unknown, namespacedKindOf, stop, async (group, selection) => {
    const { namespace } = group[0]?.desired.object.metadata ?? {};
    if (namespace === undefined) return;
    const there = await existingKeys(member, { ...selection, namespace }, stop);
    if (there !== undefined) noteNotFound(group, there, notFound);
  });
  return actions.map((action) =>
    action.type === 'apply' && notFound.has(action.key) ? { ...action, notFound: true } : action,
  );
}

function isNew({ cache }: Member): (action: Action) => action is Apply {
  return (action): action is Apply =>
    action.type === 'apply' && action.cause === 'unsure' && !cache.objects.has(action.key);
}

/** Sends one list for each group that is large enough. */
async function listEach(
  applies: readonly Apply[],
  groupOf: (apply: Apply) => string,
  stop: AbortSignal,
  ask: (group: readonly Apply[], selection: ObjectQuery) => Promise<void>,
): Promise<void> {
  const groups = [...Map.groupBy(applies, groupOf).values()];
  const large = groups.filter(({ length }) => length >= worthAList);
  await forEachBounded(large, width, stop, async (group) => {
    const [first] = group;
    if (first === undefined) return;
    const { apiVersion, kind } = first.desired.object;
    await ask(group, { kind: { apiVersion, kind }, label: '', detail: 'metadata' });
  });
}

function kindOf({ desired: { object } }: Apply): string {
  return `${object.apiVersion} ${object.kind}`;
}

function namespacedKindOf(apply: Apply): string {
  return `${kindOf(apply)} ${apply.desired.object.metadata.namespace ?? ''}`;
}

function noteNotFound(
  group: readonly Apply[],
  there: ReadonlySet<ObjectKey>,
  notFound: Set<ObjectKey>,
): void {
  for (const { key } of group) if (!there.has(key)) notFound.add(key);
}

async function existingKeys(
  member: Member,
  selection: ObjectQuery,
  stop: AbortSignal,
): Promise<Listed> {
  try {
    const { objects, isCut } = await member.port.list(selection, stop);
    return isCut ? undefined : new Set(objects.map(keyOf));
  } catch (error) {
    // This turn may create the kind's definition. Each object is then read on its own.
    if (!(error instanceof ClusterError)) throw error;
    return undefined;
  }
}
