import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import type { Member } from '../member.ts';
import { refFor } from '../object-ref.ts';
import { asMember } from '../ownership/applyset.ts';
import { foreignReason } from '../ownership/foreign-object.ts';
import { describeUnkept } from '../plan/unkept-fields.ts';

/**
 * Returns why the syncer does not apply an object: its other manager, or the API server's answer to a dry run.
 *
 * @throws ClusterError if the cluster does not answer
 */
export async function unappliedReason(
  { port, cache, owner, claimant }: Member,
  { key, object }: DesiredObject,
  stop: AbortSignal,
): Promise<string> {
  const live = cache.objects.has(key) ? undefined : await port.read(refFor(object), stop);
  const foreign = live !== undefined && foreignReason(object, live, { claimant, isManaged: false });
  if (foreign) return foreign;
  const toApply = asMember(object, owner);
  try {
    const { manager } = owner.names;
    const { object: merged } = await port.apply(toApply, { dryRun: true, manager }, stop);
    const unkept = describeUnkept(toApply, merged);
    return unkept === '' ? 'is not applied yet' : `is not applied: ${unkept}`;
  } catch (error) {
    if (!(error instanceof ClusterError) || error.reason === 'unreachable') throw error;
    return error.isDenied
      ? `is not applied yet, and was not tried: ${error.message}`
      : `is not applied: ${error.message}`;
  }
}
