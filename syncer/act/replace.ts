import type { KubeObject } from '#model/object.ts';
import { mayReplace } from '#model/replacement.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { asMember } from '../ownership/applyset.ts';
import { noAbort } from '../pace/no-abort.ts';

/**
 * Deletes a live object with an immutable field, so that an apply can create it again. Its manifest must
 * allow the replacement, and the cluster must accept the new object.
 *
 * @returns `deleting` while finalizers keep the object
 * @throws ClusterError if the manifest does not allow the replacement, or the API server rejects the new object
 *   or the deletion
 */
export async function makeRoom(
  member: Member,
  { object, key }: DesiredObject,
  error: ClusterError,
): Promise<'gone' | 'deleting'> {
  if (!mayReplace(object)) {
    const hint = 'set the annotation regatta.dev/replace: "true" to delete it and create it again';
    throw new ClusterError('rejected', `${error.message}; ${hint}`, { cause: error });
  }
  await checkAccepted(member, object);
  const live = await member.port.read(refFor(object), noAbort);
  if (live === undefined) return 'gone';
  const how = await member.port.delete(refFor(object), String(live.metadata.uid), noAbort);
  member.cache.noteDeleted(key, how);
  return how;
}

/**
 * Checks by a dry run under another name that the cluster accepts the object.
 *
 * @throws ClusterError if the API server rejects the object
 */
async function checkAccepted(member: Member, object: KubeObject): Promise<void> {
  const name = `${object.metadata.name.slice(0, 40)}-regatta-probe`;
  const probe = { ...object, metadata: { ...object.metadata, name } };
  await member.port.apply(asMember(probe), { dryRun: true }, noAbort);
}
