/** Records the Kubernetes Events of controllers. */
import { createHash } from 'node:crypto';
import { type Fields, type KubeObject, numberAt, timestamp } from '../object.ts';
import type { Client } from './client.ts';

/** What a controller records in an Event. The fields have the meaning that they have there. */
export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The controller, for example `deployment-controller`. */
  readonly component: string;
}

/**
 * Creates an Event about `object`. If an Event about it with the same reason and message exists, increments
 * its `count` instead. Does nothing when the object's Namespace does not exist or is being deleted.
 */
export function recordEvent(client: Client, object: KubeObject, occurrence: Occurrence): void {
  const { namespace = 'default', name, uid = '' } = object.metadata;
  const { type, reason, message, component } = occurrence;
  const digest = createHash('sha256').update(`${uid}${reason}${message}`).digest('hex');
  const eventName = `${name}.${digest.slice(0, 16)}`;
  const now = timestamp();
  const known = client.get('events', namespace, eventName);
  if (known !== undefined) {
    client.change(known, (copy) => {
      Object.assign(copy, { count: (numberAt(copy, 'count') ?? 1) + 1, lastTimestamp: now });
    });
    return;
  }
  const parent = client.get('namespaces', '', namespace);
  if (parent === undefined || parent.metadata.deletionTimestamp !== undefined) return;
  const event: Fields = {
    metadata: { name: eventName, namespace },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid },
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  };
  client.create('events', event);
}
