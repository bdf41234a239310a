import type { KubeObject } from '#model/object.ts';
import type { DesiredObject } from '../desired/desired.ts';
import { asMember } from '../inventory/applyset.ts';
import type { Member } from '../member.ts';
import { isDefinition } from '../plan/order.ts';
import { ClusterError, refFor, unstoppable } from '../ports.ts';

/** Ours, and what users of other tools write to say the same. */
const replaceAnnotations: ReadonlyMap<string, RegExp> = new Map([
  ['regatta.dev/replace', /^true$/],
  ['kustomize.toolkit.fluxcd.io/force', /^enabled$/i],
  ['argocd.argoproj.io/sync-options', /(^|,)\s*(Replace|Force)=true\s*(,|$)/],
]);

/**
 * Deletes the live object, of which a field can't be changed, so that it can be made anew: if its
 * manifest allows that, and the cluster would take the new one.
 *
 * @returns `deleting` while its finalizers hold it up
 * @throws ClusterError when it may not be replaced
 */
export async function makeRoom(
  member: Member,
  { object, key }: DesiredObject,
  error: ClusterError,
): Promise<'gone' | 'deleting'> {
  if (!mayReplace(object)) {
    const hint = 'with the annotation regatta.dev/replace: "true" it is deleted and made anew';
    throw new ClusterError('rejected', `${error.message}; ${hint}`, { cause: error });
  }
  await wouldBeTaken(member, object);
  const live = await member.port.read(refFor(object), unstoppable);
  if (live === undefined) return 'gone';
  const how = await member.port.delete(refFor(object), String(live.metadata.uid), unstoppable);
  member.view.noteDeleted(key, how);
  return how;
}

/** Never a namespace or a definition: all that is in them would go. */
function mayReplace(object: KubeObject): boolean {
  const { annotations = {} } = object.metadata;
  const says = [...replaceAnnotations].some(([name, pattern]) =>
    pattern.test(annotations[name] ?? ''),
  );
  return says && !isDefinition(object);
}

/** Asks by a dry run under another name. @throws ClusterError when the answer is no */
async function wouldBeTaken(member: Member, object: KubeObject): Promise<void> {
  const name = `${object.metadata.name.slice(0, 40)}-regatta-probe`;
  const probe = { ...object, metadata: { ...object.metadata, name } };
  await member.port.apply(asMember(probe), { dryRun: true }, unstoppable);
}
