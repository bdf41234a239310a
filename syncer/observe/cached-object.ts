import type { KubeObject } from '#model/object.ts';
import { type Sequence, sequenceOf } from '../desired/sequence.ts';
import { healthOf } from '../health/health.ts';
import type { Health } from '../health/rule.ts';
import { type Stage, stageOf } from '../health/stage.ts';
import { controllerOf, keptBy } from '../ownership/keep.ts';
import { isKubernetesOwn } from '../ownership/managed-fields.ts';
import { leftoversOf } from '../ownership/reclaim.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What is kept of a live member object: enough to see drift and readiness, never its body. */
export interface CachedObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Fingerprint of the fields we own. */
  readonly fields: string;
  /** People's tools own fields of it besides ours. */
  readonly touched: boolean;
  readonly deleting: boolean;
  /** Made by Kubernetes itself: never deleted. */
  readonly shared: boolean;
  /** The mark by which it outlives its manifest; '' without one. */
  readonly kept: string;
  /** The controller that it belongs to; '' without one. */
  readonly controller: string;
  readonly health: Health;
  /** While it is InProgress. */
  readonly stage?: Stage;
  readonly sequence: Sequence;
}

export function summarise(object: KubeObject): CachedObject {
  const { uid, resourceVersion, deletionTimestamp } = object.metadata;
  const health = healthOf(object);
  return {
    uid: String(uid ?? ''),
    resourceVersion: String(resourceVersion ?? ''),
    fields: fingerprintOf(object),
    touched: leftoversOf(object).length > 0,
    deleting: deletionTimestamp !== undefined,
    shared: isKubernetesOwn(object),
    kept: keptBy(object),
    controller: controllerOf(object),
    health,
    ...(health.status === 'InProgress' && { stage: stageOf(object) }),
    sequence: sequenceOf(object),
  };
}
