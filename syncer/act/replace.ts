import type { KubeObject } from '#model/object.ts';
import { mayReplace } from '#model/replacement.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { asMember } from '../ownership/applyset.ts';
import { noAbort } from '../pace/no-abort.ts';

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
  const live = await member.port.read(refFor(object), noAbort);
  if (live === undefined) return 'gone';
  const how = await member.port.delete(refFor(object), String(live.metadata.uid), noAbort);
  member.cache.noteDeleted(key, how);
  return how;
}

/** Asks by a dry run under another name. @throws ClusterError when the answer is no */
async function wouldBeTaken(member: Member, object: KubeObject): Promise<void> {
  const name = `${object.metadata.name.slice(0, 40)}-regatta-probe`;
  const probe = { ...object, metadata: { ...object.metadata, name } };
  await member.port.apply(asMember(probe), { dryRun: true }, noAbort);
}
