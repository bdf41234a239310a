import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { DesiredObject } from '../desired/desired-object.ts';
import type { DriftedField } from '../observe/drift.ts';
import { judgeDryRun } from '../plan/judge-dry-run.ts';
import { planApply } from '../plan/plan-apply.ts';
import type { Turn } from './turn.ts';

/**
 * Returns the object that an apply would produce; undefined if the API server rejects a change that a real
 * apply makes possible first, by replacing the object or by taking over defaults.
 */
export async function dryRun(
  { member, settings, stop }: Turn,
  toApply: KubeObject,
): Promise<KubeObject | undefined> {
  const { manager } = member.owner.names;
  const { fieldValidation } = settings;
  try {
    const how = { dryRun: true, manager, fieldValidation };
    return (await member.port.apply(toApply, how, stop)).object;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.reason === 'invalid') return undefined;
    throw error;
  }
}

/** Returns the fields that other managers changed in a live object, without those that rules yield. */
export async function findDrift(
  turn: Turn,
  { object, isSecret }: DesiredObject,
  live: KubeObject,
): Promise<readonly DriftedField[]> {
  const { member, settings } = turn;
  const { claimant } = member;
  const plan = planApply(object, live, { isManaged: true, rules: settings.fields, claimant });
  if (plan.type === 'refuse') return [];
  const { toApply, leftovers } = plan;
  const merged = await dryRun(turn, toApply);
  const { manager } = member.owner.names;
  const verdict = judgeDryRun({ toApply, live, leftovers, merged, manager, isSecret });
  return verdict.type === 'unchanged' ? [] : verdict.changes;
}
