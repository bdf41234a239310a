import type { KubeObject } from './object.ts';
import { type LabelSelector, matchesLabels } from './selector.ts';

/** Karmada's DependentObjectReference: objects that another object depends on. */
export interface DependentObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  /** Absent or '' when `labelSelector` selects the objects. */
  readonly name?: string | undefined;
  readonly labelSelector?: LabelSelector | undefined;
}

/** Reports whether a reference matches an object. */
export function refersTo(reference: DependentObjectReference, object: KubeObject): boolean {
  const { apiVersion, kind, namespace, name, labelSelector } = reference;
  const { metadata } = object;
  if (apiVersion !== object.apiVersion || kind !== object.kind) return false;
  if ((namespace ?? '') !== (metadata.namespace ?? '')) return false;
  if (name) return name === metadata.name;
  return labelSelector !== undefined && matchesLabels(labelSelector, metadata.labels ?? {});
}
