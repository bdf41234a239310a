import { createHash } from 'node:crypto';
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { describeOverrun } from '#model/overruns.ts';
import type { Result } from '../plan/outcome.ts';
import type { SyncEvent } from './events.ts';

/** A Kubernetes Event in a member cluster, about an object or about the cluster. */
export interface MemberEvent {
  /** Undefined for the cluster as a whole: the Event then regards the inventory's ConfigMap. */
  readonly key?: ObjectKey;
  readonly type: 'Normal' | 'Warning';
  readonly reason: Reason;
  readonly message: string;
}

/** The reasons of Kubernetes Events, which docs/syncer.md explains. */
export const reasons = [
  'Refused',
  'ApplyFailed',
  'PruneHeldBack',
  'Abandoned',
  'Postponed',
  'NotReady',
  'NotSealedFor',
  'DriftCorrected',
  'DriftReported',
  'DirectoryRefused',
  'SyncTrouble',
] as const;
type Reason = (typeof reasons)[number];

const objectReasons: Readonly<Partial<Record<Result, readonly [MemberEvent['type'], Reason]>>> = {
  refused: ['Warning', 'Refused'],
  failed: ['Warning', 'ApplyFailed'],
  held: ['Warning', 'PruneHeldBack'],
  abandoned: ['Normal', 'Abandoned'],
  postponed: ['Normal', 'Postponed'],
};

/** Returns the Kubernetes Event for a sync event; undefined if the event is routine work. */
export function memberEventOf(event: SyncEvent): MemberEvent | undefined {
  switch (event.type) {
    case 'object': {
      const [type, reason] = objectReasons[event.result] ?? [];
      if (type === undefined || reason === undefined) return undefined;
      return { key: event.key, type, reason, message: event.message };
    }
    case 'health':
      if (event.status !== 'Failed') return undefined;
      return { key: event.key, type: 'Warning', reason: 'NotReady', message: event.message };
    case 'warning':
      return { key: event.key, type: 'Warning', reason: 'NotSealedFor', message: event.message };
    case 'drift':
      return driftEvent(event);
    case 'held': {
      const message = `held ${event.held} deletions: ${describeOverrun(event)}`;
      return { type: 'Warning', reason: 'PruneHeldBack', message };
    }
    case 'refused':
      return { type: 'Warning', reason: 'DirectoryRefused', message: event.reason };
    case 'trouble':
      return { type: 'Warning', reason: 'SyncTrouble', message: event.reason };
    default:
      return undefined;
  }
}

/** Names the managers and fields, but never their values. */
function driftEvent({
  key,
  deleted,
  reportOnly,
  changes,
}: Extract<SyncEvent, { type: 'drift' }>): MemberEvent {
  const byManager = Map.groupBy(changes, ({ manager }) => manager);
  const authors = [...byManager].map(
    ([manager, fields]) => `${manager}: ${fields.map(({ path }) => path).join(', ')}`,
  );
  const message = deleted ? 'it was deleted' : `changed by ${authors.join('; ')}`;
  return reportOnly
    ? { key, type: 'Warning', reason: 'DriftReported', message }
    : { key, type: 'Normal', reason: 'DriftCorrected', message };
}

/** Maximum length of a message and of a name in the API. */
const [messageLength, nameLength] = [1024, 253];

/** What the syncer knows about the object that an Event regards. */
export interface Regarding {
  readonly apiVersion?: string | undefined;
  /** Without it, `kubectl describe` of the object does not show the Event. */
  readonly uid?: unknown;
}

/**
 * Returns the Event object, in the namespace of its object, or in `default` for cluster-scoped objects.
 *
 * @param time - RFC 3339 with microseconds
 */
export function eventObject(
  event: MemberEvent & { readonly key: ObjectKey },
  { apiVersion, uid }: Regarding,
  time: string,
): KubeObject {
  const { key, type, reason, message } = event;
  const [, kind = '', namespace = '', name = ''] = key.split('/');
  const digest = createHash('sha256').update(`${key} ${reason} ${time}`).digest('hex');
  const suffix = `.${digest.slice(0, 16)}`;
  const seconds = time.replace(/\.\d+/, '');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name.replace(/[^a-z0-9.-]/g, '-').slice(0, nameLength - suffix.length)}${suffix}`,
      namespace: namespace || 'default',
    },
    involvedObject: {
      kind,
      name,
      ...(namespace !== '' && { namespace }),
      ...(apiVersion !== undefined && { apiVersion }),
      ...(uid !== undefined && { uid }),
    },
    type,
    reason,
    message: message.length > messageLength ? `${message.slice(0, messageLength - 1)}…` : message,
    source,
    firstTimestamp: seconds,
    lastTimestamp: seconds,
    count: 1,
  };
}

/** Reports whether a syncer wrote the Event. */
export function isOurEvent(event: KubeObject): boolean {
  const { component } = (event.source ?? {}) as { readonly component?: unknown };
  return component === source.component;
}

const source = { component: 'regatta' };
