import type { KubeObject } from '#model/object.ts';
import type { FieldRule } from '#model/sync-settings.ts';
import { asMember } from '../ownership/applyset.ts';
import { foreignReason, otherFleetOf } from '../ownership/foreign-object.ts';
import type { ManagedFields } from '../ownership/managed-fields.ts';
import type { Claimant } from '../ownership/owner.ts';
import { leftoversOf } from '../ownership/reclaim.ts';
import { applyFieldRules } from './field-rules.ts';
import { retainLiveReplicas } from './retain.ts';

/** How to apply one object onto its live object, or why the syncer must not. */
export type ApplyPlan =
  | {
      readonly type: 'send';
      /**
       * The desired object with the labels of its fleet, without yielded fields, and with the replicas that the
       * cluster retains.
       */
      readonly toApply: KubeObject;
      /** Managers that keep the fields that a rule yields to them. */
      readonly yieldedTo: ReadonlySet<string>;
      /** Fields of people's tools. The syncer must own them before an apply can remove them. */
      readonly leftovers: readonly ManagedFields[];
    }
  | { readonly type: 'refuse'; readonly reason: string };

interface ApplyCircumstances {
  /** True if the fleet manages the live object already. Only another object can belong to another manager. */
  readonly isManaged: boolean;
  readonly rules: readonly FieldRule[];
  readonly claimant: Claimant;
}

/**
 * Decides what to send for an object that the cluster has already.
 *
 * Refuses an object of another manager. Field rules then refuse the apply or yield fields, Karmada's label
 * retains replicas, and the plan lists the fields that people's tools left in the object, for removal.
 */
export function planApply(
  object: KubeObject,
  live: KubeObject,
  { isManaged, rules, claimant }: ApplyCircumstances,
): ApplyPlan {
  const { owner } = claimant;
  const { manager } = owner.names;
  const foreign = foreignReason(object, live, { claimant, isManaged });
  if (foreign !== undefined) return { type: 'refuse', reason: foreign };
  // Fleets share the objects that Kubernetes makes, but only one of them can have its label there.
  const isShared = otherFleetOf(live, claimant) !== undefined;
  const labelled = isShared ? object : asMember(object, owner);
  const ruling = applyFieldRules(labelled, live, rules, manager);
  if (ruling.type === 'abort') return { type: 'refuse', reason: ruling.reason };
  const { yieldedTo } = ruling;
  return {
    type: 'send',
    toApply: retainLiveReplicas(ruling.toApply, live),
    yieldedTo,
    leftovers: leftoversOf(live, manager, yieldedTo),
  };
}
