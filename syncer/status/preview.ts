import { type Difference, differences, type Step } from '#model/difference.ts';
import { byText, type JsonObject, type KubeObject, type ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { decide } from '../decide.ts';
import type { Desired, DesiredObject } from '../desired/desired.ts';
import { isMarkedSealed } from '../desired/unseal.ts';
import { refOf } from '../inventory/inventory.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { addedTo, contentOf } from '../observe/drift.ts';
import { asMember, partOfLabel } from '../ownership/applyset.ts';
import { foreignReason } from '../ownership/managed-fields.ts';
import { leftoversOf } from '../ownership/reclaim.ts';
import { forEachBounded } from '../pace/pool.ts';
import { ruleOn } from '../plan/field-rules.ts';
import type { Action } from '../plan/plan.ts';
import { retainLiveReplicas } from '../plan/retain.ts';
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
  const { inventory, plan, readable } = await decide(member, desired, stop);
  const changes: PreviewedChange[] = [];
  const remarks: Remark[] = [];
  const unknown: Remark[] = readable.refused.map(({ key, message }) => unseen(key, message));
  const refTo = (key: ObjectKey) => {
    const entry = inventory.get(key);
    return entry && refOf(key, entry);
  };
  await forEachBounded(plan, width, stop, async (action) => {
    const { key } = action;
    const found = await previewOf(member, action, refTo, stop);
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
  member: Member,
  action: Action,
  refTo: (key: ObjectKey) => ReturnType<typeof refOf> | undefined,
  stop: AbortSignal,
): Promise<Finding> {
  const { key } = action;
  switch (action.type) {
    case 'apply':
      return isMarkedSealed(action.desired.object)
        ? { unknown: 'it is encrypted, and no key here opens it' }
        : previewApply(member, action.desired, stop);
    case 'prune': {
      const ref = refTo(key);
      const live = ref && (await member.port.read(ref, stop));
      return live === undefined ? {} : { change: { key, before: shown(live) } };
    }
    case 'hold':
      return { remark: `is not deleted: ${action.reason}` };
    case 'postpone':
      return { remark: `is not changed: ${action.reason}` };
    case 'detach':
      return { remark: `stays, and is nobody's: ${action.reason}` };
    case 'wait':
      return action.wanted ? { remark: 'is being deleted; it is made again after that' } : {};
    default:
      return {};
  }
}

async function previewApply(
  member: Member,
  { key, object }: DesiredObject,
  stop: AbortSignal,
): Promise<Finding> {
  const live = await readLive(member, object, stop);
  const foreign =
    live !== undefined && !member.cache.objects.has(key) && foreignReason(object, live);
  if (foreign) return { remark: foreign };
  const ruling = live && ruleOn(object, live, member.settings.fields);
  if (ruling?.type === 'abort') return { remark: ruling.reason };
  const wanted = live && ruling ? retainLiveReplicas(ruling.wanted, live) : object;
  try {
    const { object: merged } = await member.port.apply(asMember(wanted), { dryRun: true }, stop);
    if (live === undefined) return { change: { key, after: shown(merged) } };
    const leftovers = leftoversOf(live, ruling?.yieldedTo);
    const after = without(shown(merged), addedTo(wanted, live, leftovers));
    const before = shown(live);
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

/** The object without fields, as far as it has them. */
function without(object: KubeObject, added: readonly Difference[]): KubeObject {
  const copy = structuredClone(object);
  // The last items of a list first, so that the places of the others stand.
  for (const { steps, after } of added.toReversed()) remove(copy, steps, after);
  return copy;
}

function remove(from: unknown, [step, ...more]: readonly Step[], value: unknown): void {
  if (step === undefined || typeof from !== 'object' || from === null) return;
  const name = typeof step === 'string' ? step : String(step.index);
  const inner = (from as JsonObject)[name];
  if (more.length > 0) remove(inner, more, value);
  else if (JSON.stringify(inner) === JSON.stringify(value)) drop(from, name);
}

function drop(from: object, name: string): void {
  if (Array.isArray(from)) from.splice(Number(name), 1);
  else delete (from as Record<string, unknown>)[name];
}
