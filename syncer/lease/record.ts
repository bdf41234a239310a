/** Reads and builds the Lease object of a member cluster (coordination.k8s.io/v1). */
import type { KubeObject } from '#model/object.ts';
import type { Marks } from '../ownership/marks.ts';
import type { SystemRef } from '../ownership/names.ts';

/** A Lease that decides which syncer may write to a cluster. */
export interface LeasePlace {
  readonly ref: SystemRef;
  /** Labels and annotations of the fleet whose Lease this is. Without them, the Lease keeps those that it has. */
  readonly marks?: Marks;
}

/** Identifies the holder's process to other processes on its machine. */
const processAnnotation = 'regatta.dev/holder-process';

/** The content of a Lease. */
export interface LeaseRecord {
  /** '' when no one holds the Lease. */
  readonly holder: string;
  /** '' when the holder does not record it. */
  readonly process: string;
  /** Duration of the Lease after each renewal, in milliseconds. */
  readonly durationMs: number;
  /** Time when the holder acquired the Lease, RFC 3339 with microseconds; never compared with another clock. */
  readonly acquireTime: string;
  /** Time of the holder's last renewal, in the same format. */
  readonly renewTime: string;
  /** Number of times that the holder changed. */
  readonly transitions: number;
}

/** Reads a live Lease. Invalid fields get their safest value. */
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

/** Returns the Lease with this record. It keeps other managers' fields of `live`, and its resourceVersion. */
export function leaseObject(
  record: LeaseRecord,
  live: KubeObject | undefined,
  { ref, marks }: LeasePlace,
): KubeObject {
  const { apiVersion, kind, namespace, name } = ref;
  const { managedFields: _, ...metadata } = live?.metadata ?? { namespace, name };
  const labels = { ...metadata.labels, ...marks?.labels };
  const own = { ...marks?.annotations, [processAnnotation]: record.process };
  const annotations = { ...metadata.annotations, ...own };
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, labels, annotations },
    spec: {
      // The API rejects an empty holder.
      ...(record.holder !== '' && { holderIdentity: record.holder }),
      leaseDurationSeconds: Math.max(1, record.durationMs / 1000),
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** Formats a time as MicroTime. The digits below milliseconds are random, so that no two writes are equal. */
export function microTime(now: number): string {
  const micros = String(Math.floor(Math.random() * 1000)).padStart(3, '0');
  return new Date(now).toISOString().replace('Z', `${micros}Z`);
}
