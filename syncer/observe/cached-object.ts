import type { KubeObject } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { type Sequence, sequenceOf } from '../desired/sequence.ts';
import { healthOf } from '../health/health.ts';
import type { Health } from '../health/rule.ts';
import { type Stage, stageOf } from '../health/stage.ts';
import { controllerOf, keepAnnotationOf } from '../ownership/keep.ts';
import {
  isAppliedBy,
  isKubernetesOwn,
  type ManagedFields,
  managedFieldsOf,
  ownedFieldsOf,
} from '../ownership/managed-fields.ts';
import { leftoversOf } from '../ownership/reclaim.ts';
import { fingerprintOf } from './fingerprint.ts';

/** The summary of a live object: enough to find drift and readiness, but not its body. */
export interface CachedObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Fingerprint of the fields that Regatta owns. */
  readonly fields: string;
  /** True if no other manager wrote later than Regatta. */
  readonly isOursLast: boolean;
  /** True if an earlier write of Regatta may have been carried out again, in the same second as the last one. */
  readonly isDoubtful?: true;
  /** True if people's tools also own fields of it. */
  readonly touched: boolean;
  /** True if the API server is deleting the object, but finalizers still keep it. */
  readonly deleting: boolean;
  /** True if Kubernetes itself creates the object. Regatta never deletes it. */
  readonly shared: boolean;
  /** The keep annotation, as `name: value`; '' without one. */
  readonly keepAnnotation: string;
  /** The controlling owner; '' without one. */
  readonly controller: string;
  readonly health: Health;
  /** Set while the object is InProgress. */
  readonly stage?: Stage;
  readonly sequence: Sequence;
}

/** Maximum number of cached objects of a cluster. A directory has far fewer files. */
const maxObjects = 200_000;

/** @throws ClusterError if a cluster's cache with this number of objects is full, because a member may send any number */
export function expectRoom(size: number): void {
  if (size < maxObjects) return;
  throw new ClusterError('malformed', `the API server sent more than ${maxObjects} objects`);
}

/**
 * Summarises a live object.
 *
 * @param manager - the field manager of the fleet that manages the object
 */
export function summarise(object: KubeObject, manager: string): CachedObject {
  const { uid, resourceVersion, deletionTimestamp } = object.metadata;
  const health = healthOf(object);
  const ours = ownedFieldsOf(object, manager);
  const leftovers = leftoversOf(object, manager);
  return {
    uid: String(uid ?? ''),
    resourceVersion: String(resourceVersion ?? ''),
    fields: fingerprintOf(object, manager, ours, leftovers),
    isOursLast: isOursLast(object, manager, ours?.time),
    touched: leftovers.length > 0,
    deleting: deletionTimestamp !== undefined,
    shared: isKubernetesOwn(object),
    keepAnnotation: keepAnnotationOf(object),
    controller: controllerOf(object),
    health,
    ...(health.status === 'InProgress' && { stage: stageOf(object) }),
    sequence: sequenceOf(object),
  };
}

function isOursLast(object: KubeObject, manager: string, time: string = ''): boolean {
  const isOurs = isAppliedBy(manager);
  const isBefore = (entry: ManagedFields) => isOurs(entry) || (entry.time ?? '') < time;
  return time !== '' && managedFieldsOf(object).every(isBefore);
}

/**
 * Returns the newer of two states of an object with the doubt that the other one raises. A write that a proxy carries
 * out again changes the resourceVersion, but not the fingerprint if it follows the last write within a second.
 */
export function withDoubt(newer: CachedObject, other: CachedObject | undefined): CachedObject {
  if (other === undefined || other.fields !== newer.fields || newer.deleting) return newer;
  const isAnother = other.resourceVersion !== newer.resourceVersion && newer.isOursLast;
  const isDoubtful = newer.isDoubtful || other.isDoubtful || isAnother;
  return isDoubtful && newer.fields !== '' ? { ...newer, isDoubtful: true } : newer;
}

/** Reports whether a change of an object may need a turn. Most events change only the status. */
export function needsTurn(
  now: CachedObject | undefined,
  before: CachedObject | undefined,
): boolean {
  const isSame = now?.fields === before?.fields && now?.deleting === before?.deleting;
  return !isSame || now?.isDoubtful !== before?.isDoubtful;
}

/**
 * Compares resourceVersions of one kind as numbers (Kubernetes 1.35, KEP-5504). A list of several namespaces has one
 * version for each: it is older if one of them is.
 */
export function isOlder(
  resourceVersion: string,
  than: Pick<CachedObject, 'resourceVersion'> | undefined,
): boolean {
  const b = than?.resourceVersion ?? '';
  const isLess = (a: string) => (a.length === b.length ? a < b : a.length < b.length);
  return resourceVersion.includes(',')
    ? resourceVersion.split(',').some(isLess)
    : isLess(resourceVersion);
}
