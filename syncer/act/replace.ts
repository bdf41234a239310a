import type { KubeObject } from '#model/object.ts';
import { isAboutImmutable, isDefinition, mayReplace } from '#model/replacement.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { asMember } from '../ownership/applyset.ts';
import { heldBy, saysTaken, withoutHeld } from '../plan/obstacle.ts';
import { noAbort } from '../ports/no-abort.ts';

/**
 * Deletes a live object that the API server does not let anyone change as desired, so that an apply can create
 * it again. Its manifest must allow the replacement, and the API server must accept a new object.
 *
 * @param error - the rejection of the update
 * @returns `deleting` while finalizers keep the object
 * @throws ClusterError if the manifest does not allow the replacement, or the API server rejects the new object
 *   or the deletion
 */
export async function makeRoom(
  member: Member,
  { object, key }: DesiredObject,
  error: ClusterError,
): Promise<'gone' | 'deleting'> {
  if (isDefinition(object)) throw error;
  const live = await member.port.read(refFor(object), noAbort);
  if (live === undefined) return 'gone';
  const obstacle = await obstacleTo(member, object, live, error);
  if (obstacle !== undefined) throw obstacle;
  const how = await member.port.delete(refFor(object), String(live.metadata.uid), noAbort);
  member.cache.noteDeleted(key, how);
  member.replacements.note(key, member.clock.now());
  return how;
}

/**
 * Returns why the syncer does not replace a live object whose update the API server rejects, with what makes it do so;
 * undefined if it replaces the object. Writes nothing.
 *
 * @param error - the rejection of the update
 */
export async function obstacleTo(
  member: Member,
  object: KubeObject,
  live: KubeObject,
  error: ClusterError,
): Promise<ClusterError | undefined> {
  if (isDefinition(object)) return error;
  const rejection = await rejectionOf(member, object, live, error);
  const isHidden = error.isHidden || undefined;
  const options = { causes: error.causes, isHidden, cause: error };
  if (!mayReplace(object)) {
    if (rejection !== undefined) return error;
    const hint = 'cannot be changed in place; set regatta.dev/replace: "true"';
    return new ClusterError('rejected', `${error.message}; ${hint}`, options);
  }
  if (rejection === undefined) return undefined;
  const why = `not replaced, because the API server rejects a new object: ${rejection}`;
  return new ClusterError('rejected', `${error.message}; ${why}`, options);
}

/** Maximum number of values of the live object that a new object can need. */
const maxHeld = 10;

/**
 * Returns why the API server would reject a new object in place of the live one; undefined if it would accept the
 * object. A dry run creates the object under another name, without the values that only the live object holds.
 */
async function rejectionOf(
  member: Member,
  object: KubeObject,
  live: KubeObject,
  update: ClusterError,
): Promise<string | undefined> {
  let probe = probeOf(object);
  for (let found = 0; found < maxHeld; found++) {
    const error = await tryCreation(member, probe);
    if (error === undefined) return undefined;
    const message = error.message.replaceAll(probe.metadata.name, object.metadata.name);
    if (/\bdoes not support dry run\b/.test(message)) {
      return isAboutImmutable(update.message) ? undefined : message;
    }
    const held = heldBy(live, { object: probe, error });
    if (held === undefined) return message;
    if (held.type !== 'value') return undefined;
    probe = withoutHeld(probe, held);
  }
  return undefined;
}

/** Creates an object by a dry run. Returns the rejection; undefined if the API server accepts the object. */
async function tryCreation(member: Member, probe: KubeObject): Promise<ClusterError | undefined> {
  try {
    const { owner } = member;
    const how = { dryRun: true, manager: owner.names.manager };
    await member.port.apply(asMember(probe, owner), how, noAbort);
    return undefined;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    // Some API servers report a taken port as an internal error.
    if (error.isLasting || saysTaken(error)) return error;
    throw error;
  }
}

/** Length of the start of the name that a probe keeps. Names of CronJobs have at most 52 characters. */
const keptLength = 38;

/** Returns the object under a name that is valid wherever the object's own name is. */
function probeOf(object: KubeObject): KubeObject {
  const start = object.metadata.name.slice(0, keptLength).replace(/[^A-Za-z0-9]+$/, '');
  return { ...object, metadata: { ...object.metadata, name: `${start}-regatta-probe` } };
}
