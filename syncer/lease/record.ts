/** The Lease object of a member cluster, as text: coordination.k8s.io/v1. */
import type { KubeObject } from '#model/object.ts';
import { systemNamespace } from '../ownership/applyset.ts';
import type { ObjectRef } from '../ports/cluster.ts';

/** Where syncers agree on who writes to a cluster. */
export const leaseRef: ObjectRef = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: systemNamespace,
  name: 'regatta',
};

/** Where the holder's process runs, for others on its machine. */
const processAnnotation = 'regatta.dev/holder-process';

/** What a Lease says. */
export interface LeaseRecord {
  /** '' when nobody holds it. */
  readonly holder: string;
  /** '' when the holder doesn't tell. */
  readonly process: string;
  /** How long the holder counts on it after each renewal. */
  readonly durationMs: number;
  /** RFC 3339 with microseconds, by the holder's clock; never compared with another clock. */
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often it went to another holder. */
  readonly transitions: number;
}

/** Reads a live Lease; what somebody has bent is taken as is least harmful. */
export function readRecord({ metadata, spec }: KubeObject): LeaseRecord {
  const fields = (spec ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  const count = (name: string) => (Number.isInteger(fields[name]) ? Number(fields[name]) : 0);
  return {
    holder: text('holderIdentity'),
    process: metadata.annotations?.[processAnnotation] ?? '',
    durationMs: count('leaseDurationSeconds') * 1000,
    acquireTime: text('acquireTime'),
    renewTime: text('renewTime'),
    transitions: count('leaseTransitions'),
  };
}

/** The Lease with this record; of `live` it keeps what is not ours, and the resourceVersion. */
export function leaseObject(record: LeaseRecord, live: KubeObject | undefined): KubeObject {
  const { apiVersion, kind, namespace = '', name } = leaseRef;
  const { managedFields: _, ...metadata } = live?.metadata ?? { namespace, name };
  const annotations = { ...metadata.annotations, [processAnnotation]: record.process };
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, annotations },
    spec: {
      // The API has no empty holder.
      ...(record.holder !== '' && { holderIdentity: record.holder }),
      leaseDurationSeconds: Math.max(1, record.durationMs / 1000),
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** A moment as Kubernetes' MicroTime. The digits below milliseconds are by chance: they tell writes apart. */
export function microTime(now: number): string {
  const micros = String(Math.floor(Math.random() * 1000)).padStart(3, '0');
  return new Date(now).toISOString().replace('Z', `${micros}Z`);
}
