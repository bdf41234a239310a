import { keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Member } from '../member.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { Action } from '../plan/plan.ts';
import type { ObjectQuery } from '../ports/cluster.ts';

/** From so many new objects on, one list costs less than their reads. */
const worthAList = 20;

/** How many objects a list of all namespaces may bring for each new one, and still cost less. */
const objectsForOne = 10;

const width = 4;

type Apply = Extract<Action, { readonly type: 'apply' }>;

/** What is there of a kind; undefined when that is too much, or can't be told. */
type Listed = ReadonlySet<ObjectKey> | undefined;

/**
 * The plan, with `absent` on what the cluster certainly has not: a first sync then asks once for
 * each kind, and not for each object, whether somebody else has made it. Where others have made very
 * many of a kind, it asks for each namespace.
 */
export async function markNotFound(
  member: Member,
  actions: readonly Action[],
  stop: AbortSignal,
): Promise<readonly Action[]> {
  const notFound = new Set<ObjectKey>();
  const unknown: Apply[] = [];
  await askOfEach(actions.filter(isNew(member)), kindOf, stop, async (group, selection) => {
    const atMost = group.length * objectsForOne;
    const there = await keysThere(member, { ...selection, atMost }, stop);
    if (there === undefined) unknown.push(...group);
    else noteAbsent(group, there, notFound);
  });
  await askOfEach(unknown, placeOf, stop, async (group, selection) => {
    const { namespace } = group[0]?.desired.object.metadata ?? {};
    if (namespace === undefined) return;
    const there = await keysThere(member, { ...selection, namespace }, stop);
    if (there !== undefined) noteAbsent(group, there, notFound);
  });
  return actions.map((action) =>
    action.type === 'apply' && notFound.has(action.key) ? { ...action, notFound: true } : action,
  );
}

function isNew({ cache }: Member): (action: Action) => action is Apply {
  return (action): action is Apply =>
    action.type === 'apply' && action.cause === 'unsure' && !cache.objects.has(action.key);
}

/** Asks once for each group of objects that is large enough to be worth it. */
async function askOfEach(
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

function placeOf(apply: Apply): string {
  return `${kindOf(apply)} ${apply.desired.object.metadata.namespace ?? ''}`;
}

function noteAbsent(
  group: readonly Apply[],
  there: ReadonlySet<ObjectKey>,
  notFound: Set<ObjectKey>,
): void {
  for (const { key } of group) if (!there.has(key)) notFound.add(key);
}

async function keysThere(
  member: Member,
  selection: ObjectQuery,
  stop: AbortSignal,
): Promise<Listed> {
  try {
    const { objects, isCut } = await member.port.list(selection, stop);
    return isCut ? undefined : new Set(objects.map(keyOf));
  } catch (error) {
    // Its definition may come with this turn: then each object is asked for.
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    return undefined;
  }
}
