import type { KubeObject } from '#model/object.ts';
import { partOfLabel } from './applyset.ts';
import { isAppliedBy, isKubernetesOwn, managedFieldsOf } from './managed-fields.ts';
import { fleetLabel, olderNames } from './names.ts';
import type { Claimant } from './owner.ts';

/**
 * Returns why a fleet must not take over a live object; undefined if the fleet may take it over. Nothing but a
 * take-over of the whole fleet gives it an object of another fleet. For objects of other managers, Karmada's
 * `conflictResolution` decides: it is Abort unless the manifest has the annotation for Overwrite.
 *
 * @param isManaged - whether the fleet managed the object before, so that it cannot be another manager's
 */
export function foreignReason(
  desired: KubeObject,
  live: KubeObject,
  { claimant, isManaged }: { readonly claimant: Claimant; readonly isManaged: boolean },
): string | undefined {
  const { names } = claimant.owner;
  const set = live.metadata.labels?.[partOfLabel];
  if (set === names.applySetId || isKubernetesOwn(desired)) return undefined;
  const fleet = otherFleetOf(live, claimant);
  if (fleet !== undefined) return `belongs to ${fleet}`;
  if (isManaged) return undefined;
  // The fleet applied the object, and another manager removed the label.
  if (set === undefined && managedFieldsOf(live).some(isAppliedBy(names.manager))) return undefined;
  const resolution = desired.metadata.annotations?.['work.karmada.io/conflict-resolution'];
  if (resolution === 'overwrite') return undefined;
  const managers = new Set(managedFieldsOf(live).map(({ manager }) => manager ?? 'unknown'));
  const by = managers.size > 0 ? ` (managed by ${[...managers].join(', ')})` : '';
  return `exists already and is not managed by Regatta${by}; to take it over, set conflictResolution: Overwrite in its policy, or the annotation work.karmada.io/conflict-resolution: overwrite`;
}

/** Returns the other fleet whose ApplySet has the object, for a message; undefined if there is none. */
export function otherFleetOf(
  { metadata: { labels = {} } }: KubeObject,
  { owner: { fleet, names }, others }: Claimant,
): string | undefined {
  const set = labels[partOfLabel];
  if (set === undefined || set === names.applySetId) return undefined;
  const known = others.get(set);
  const name = labels[fleetLabel] ?? known?.name;
  if (name === undefined) {
    return known || set === olderNames.applySetId ? 'a fleet without an id' : undefined;
  }
  const isAmbiguous = name === fleet.name && known !== undefined;
  return `fleet ${JSON.stringify(name)}${isAmbiguous ? ` (id ${known.id})` : ''}`;
}
