/** What a sync does about an update that the API server rejects, found out without writing anything. */
import type { KubeObject } from '#model/object.ts';
import { obstacleTo } from '../act/replace.ts';
import { strayDefaults } from '../act/stray-defaults.ts';
import type { ClusterError } from '../cluster-error.ts';
import type { Member } from '../member.ts';

/** The rejected dry run of an apply. */
export interface RejectedUpdate {
  readonly object: KubeObject;
  readonly toApply: KubeObject;
  readonly live: KubeObject;
  readonly error: ClusterError;
}

export type Remedy =
  /** The sync carries out the change in another way. */
  | { readonly type: 'changed'; readonly remark: string }
  /** The sync does not change the live object. */
  | { readonly type: 'rejected'; readonly error: ClusterError };

/** Decides as the syncer does: it takes over defaults that prevent a change, and replaces an object whose manifest allows it. */
export async function remedyFor(
  member: Member,
  { object, toApply, live, error }: RejectedUpdate,
): Promise<Remedy> {
  const defaults = strayDefaults(toApply, live, error);
  if (defaults.length > 0) {
    const fields = defaults.map((path) => path.join('.')).join(', ');
    const why = `defaults of the API server prevent the change: ${error.message}`;
    return { type: 'changed', remark: `loses ${fields}, because ${why}` };
  }
  if (error.reason !== 'invalid') return { type: 'rejected', error };
  const obstacle = await obstacleTo(member, object, live, error);
  if (obstacle !== undefined) return { type: 'rejected', error: obstacle };
  const why = `the API server rejects the update: ${error.message}`;
  return { type: 'changed', remark: `is deleted and created again, because ${why}` };
}
