import { keyOf, type ObjectKey } from '#model/object.ts';
import type { Member } from '../member.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { Action } from '../plan/plan.ts';
import { ClusterError, type Selection } from '../ports.ts';

/** From so many new objects on, of one kind in one namespace, one list costs less than their reads. */
const worthAList = 20;

const width = 4;

type Apply = Extract<Action, { readonly type: 'apply' }>;

/**
 * The plan, with `absent` on what the cluster certainly has not: a first sync then asks once for
 * each kind and namespace, and not for each object, whether somebody else has made it.
 */
export async function markAbsent(
  member: Member,
  actions: readonly Action[],
  stop: AbortSignal,
): Promise<readonly Action[]> {
  const groups = Map.groupBy(actions.filter(isNew(member)), groupOf);
  const large = [...groups.values()].filter(({ length }) => length >= worthAList);
  const absent = new Set<ObjectKey>();
  await forEachBounded(large, width, stop, async (group) => {
    const there = await keysThere(member, group, stop);
    for (const { key } of group) if (!there.has(key)) absent.add(key);
  });
  return actions.map((action) =>
    action.type === 'apply' && absent.has(action.key) ? { ...action, absent: true } : action,
  );
}

function isNew({ view }: Member): (action: Action) => action is Apply {
  return (action): action is Apply =>
    action.type === 'apply' && action.cause === 'unsure' && !view.objects.has(action.key);
}

function groupOf({ desired: { object } }: Apply): string {
  const { apiVersion, kind, metadata } = object;
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}`;
}

/** Every key of the group's kind and namespace; all of the group when that can't be told. */
async function keysThere(
  member: Member,
  group: readonly Apply[],
  stop: AbortSignal,
): Promise<ReadonlySet<ObjectKey>> {
  const [first] = group;
  if (first === undefined) return new Set();
  const { apiVersion, kind, metadata } = first.desired.object;
  const { namespace } = metadata;
  const selection: Selection = {
    kind: { apiVersion, kind },
    label: '',
    detail: 'metadata',
    ...(namespace !== undefined && { namespace }),
  };
  try {
    const { objects } = await member.port.list(selection, stop);
    return new Set(objects.map(keyOf));
  } catch (error) {
    // Its definition may come with this turn: then each object is asked for.
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    return new Set(group.map(({ key }) => key));
  }
}
