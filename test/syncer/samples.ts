import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Desired } from '#syncer/desired.ts';
import type { SyncEvent } from '#syncer/events.ts';
import { Member } from '#syncer/member.ts';
import type { Clock, ClusterPort, Log } from '#syncer/ports.ts';

export function configMap(name: string, value: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name },
    data: { value },
  };
}

export function configMapKey(name: string): ObjectKey {
  return `/ConfigMap/default/${name}`;
}

/** What Git wants: each object's digest follows from its content, as a blob's id does. */
export function desire(commit: string, ...objects: readonly KubeObject[]): Desired {
  return {
    commit,
    tree: `tree-of-${commit}`,
    objects: new Map(
      objects.map((object) => {
        const key = keyOf(object);
        return [key, { key, object, digest: JSON.stringify(object).replaceAll(' ', '') }];
      }),
    ),
  };
}

/** A clock whose sleeps end at once, and move it. */
export function fakeClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      now += ms;
    },
  };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A member over a port, and what it tells. */
export function openMember(
  port: ClusterPort,
  onEvent: (event: SyncEvent) => void = () => {},
): { readonly member: Member; readonly events: SyncEvent[] } {
  const events: SyncEvent[] = [];
  const member = new Member({
    name: 'member1',
    port,
    clock: fakeClock(),
    tooling: 'regatta/0.0.0',
    report: (event) => {
      events.push(event);
      onEvent(event);
    },
    onChange: () => {},
    onBreak: () => {},
  });
  return { member, events };
}
