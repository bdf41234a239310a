import { differences } from '#model/difference.ts';
import { byText, type KubeObject, type ObjectKey } from '#model/object.ts';
import type { Turn } from '../act/turn.ts';
import { ClusterError } from '../cluster-error.ts';
import { decide } from '../decide.ts';
import type { Desired } from '../desired/desired.ts';
import { isMarkedSealed } from '../desired/unseal.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { contentOf } from '../observe/drift.ts';
import { asMember, partOfLabel } from '../ownership/applyset.ts';
import { forEachBounded } from '../pace/pool.ts';
import { judgeDryRun } from '../plan/judge-dry-run.ts';
import { type Action, isCorrection } from '../plan/plan.ts';
import { planApply } from '../plan/plan-apply.ts';
import { isDenied } from './rights.ts';
import type { Remark } from './status.ts';

const width = 8;

/** What a sync would do to one object: undefined is one that is not there. */
export interface PreviewedChange {
  readonly key: ObjectKey;
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

/** What a sync of one cluster would change, and what it would leave undone. */
export interface Preview {
  readonly changes: readonly PreviewedChange[];
  readonly remarks: readonly Remark[];
  /** What could not be compared, and why. */
  readonly unknown: readonly Remark[];
}

/** What is found of one action. */
interface Finding {
  readonly change?: PreviewedChange;
  readonly remark?: string;
  readonly unknown?: string;
}

/**
 * Tells what a sync would do by what the cluster answers to dry runs; nothing is written there.
 *
 * @throws ClusterError when it can't be asked
 */
export async function preview(
  member: Member,
  desired: Desired,
  stop: AbortSignal,
): Promise<Preview> {
  const { settings, inventory, plan, readable } = await decide(member, desired, stop);
  const changes: PreviewedChange[] = [];
  const remarks: Remark[] = [];
  const unknown: Remark[] = readable.refused.map(({ key, message }) => unseen(key, message));
  const refTo = (key: ObjectKey) => {
    const entry = inventory.get(key);
    return entry && refOf(key, entry);
  };
  await forEachBounded(plan, width, stop, async (action) => {
    const { key } = action;
    const found = await previewOf({ member, settings, stop }, action, refTo);
    if (found.change !== undefined) changes.push(found.change);
    if (found.remark !== undefined) remarks.push({ key, message: found.remark });
    if (found.unknown !== undefined) unknown.push(unseen(key, found.unknown));
  });
  return { changes, remarks: byKey(remarks), unknown: byKey(unknown) };
}

function unseen(key: ObjectKey, why: string): Remark {
  return { key, message: `was not compared: ${why}` };
}

function byKey(remarks: readonly Remark[]): readonly Remark[] {
  return remarks.toSorted((a, b) => byText(a.key, b.key));
}

async function previewOf(
  turn: Turn,
  action: Action,
  refTo: (key: ObjectKey) => ReturnType<typeof refOf> | undefined,
): Promise<Finding> {
  const { key } = action;
  switch (action.type) {
    case 'apply':
      return isMarkedSealed(action.desired.object)
        ? { unknown: 'it is encrypted, and no key here opens it' }
        : previewApply(turn, action);
    case 'prune': {
      const ref = refTo(key);
      const live = ref && (await turn.member.port.read(ref, turn.stop));
      return live === undefined ? {} : { change: { key, before: shown(live) } };
    }
    case 'hold':
      return { remark: `is not deleted: ${action.reason}` };
    case 'postpone':
      return { remark: `is not changed: ${action.reason}` };
    case 'abandon':
      return { remark: `stays, and is nobody's: ${action.reason}` };
    case 'wait':
      return action.isDesired ? { remark: 'is being deleted; it is made again after that' } : {};
    default:
      return {};
  }
}

async function previewApply(
  { member, settings, stop }: Turn,
  action: Extract<Action, { readonly type: 'apply' }>,
): Promise<Finding> {
  const { key, object } = action.desired;
  const live = await readLive(member, object, stop);
  const isManaged = isCorrection(action) || member.cache.objects.has(key);
  const plan = live && planApply(object, live, { isManaged, rules: settings.fields });
  if (plan?.type === 'refuse') return { remark: plan.reason };
  const { toApply, leftovers } = plan ?? { toApply: object, leftovers: [] };
  try {
    const { object: merged } = await member.port.apply(asMember(toApply), { dryRun: true }, stop);
    if (live === undefined) return { change: { key, after: shown(merged) } };
    const verdict = judgeDryRun({ toApply, live, leftovers, merged });
    if (verdict.type === 'unchanged') return {};
    const [before, after] = [shown(live), shown(verdict.result ?? merged)];
    return differences(before, after).length === 0 ? {} : { change: { key, before, after } };
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    const isEarly = live === undefined && isYetToCome(error);
    return isEarly ? { change: { key, after: shown(object) }, remark: unchecked } : against(error);
  }
}

const unchecked = 'was not checked by the cluster, where its kind or namespace is yet to come';

/** What the cluster has against an object, or against who asks. */
function against(error: ClusterError): Finding {
  const { message } = error;
  return isDenied(error) ? { unknown: message } : { remark: `is refused: ${message}` };
}

async function readLive(
  { port }: Member,
  object: KubeObject,
  stop: AbortSignal,
): Promise<KubeObject | undefined> {
  try {
    return await port.read(refFor(object), stop);
  } catch (error) {
    if (error instanceof ClusterError && error.reason === 'unknown-kind') return undefined;
    throw error;
  }
}

/** Whether something is missing that may come with the same sync: it is not there for a dry run. */
function isYetToCome({ reason, message }: ClusterError): boolean {
  return reason === 'unknown-kind' || /namespaces? .* not found/.test(message);
}

/** What of an object is people's business: not what the server or the syncer notes in it. */
function shown(object: KubeObject): KubeObject {
  const { metadata, ...content } = contentOf(object) as unknown as KubeObject;
  const { [partOfLabel]: _, ...labels } = metadata.labels ?? {};
  const { labels: __, ...others } = metadata;
  return {
    ...content,
    metadata: { ...others, ...(Object.keys(labels).length > 0 && { labels }) },
  };
}
