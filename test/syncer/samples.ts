import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { defaultSyncerSettings } from '#model/sync-settings.ts';
import type { Desired } from '#syncer/desired/desired.ts';
import { sequenceOf } from '#syncer/desired/sequence.ts';
import { Member } from '#syncer/member.ts';
import { namesFor } from '#syncer/ownership/names.ts';
import { type Fleet, fleetOf, type Owner } from '#syncer/ownership/owner.ts';
import type { ClusterPort } from '#syncer/ports/cluster.ts';
import type { Clock, HolderPort, Log } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';

/** A fleet, with the names under which it owns objects in a member cluster. */
export const sampleFleet: Fleet = fleetOf(
  { name: 'fleet', id: 'f1eet00001', repositories: [] },
  { repository: 'git.example.com/fleet', branch: 'main', path: 'rendered' },
);
export const sampleOwner: Owner = { fleet: sampleFleet, names: namesFor('f1eet00001') };
export const sampleManager: string = sampleOwner.names.manager;
export const parentKey: ObjectKey = '/ConfigMap/regatta-system/regatta-inventory.f1eet00001';

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

/** Returns the desired state of one commit; each digest follows from the object's content. */
export function desire(commit: string, ...objects: readonly KubeObject[]): Desired {
  return {
    commit,
    tree: `tree-of-${commit}`,
    settings: defaultSyncerSettings,
    fleet: sampleFleet,
    acknowledged: new Set(),
    objects: new Map(
      objects.map((object) => {
        const key = keyOf(object);
        const digest = JSON.stringify(object).replaceAll(' ', '');
        return [key, { key, object, digest, sequence: sequenceOf(object), isSecret: false }];
      }),
    ),
  };
}

interface Sleeper {
  readonly at: number;
  readonly trigger: () => void;
}

/** Returns a clock that jumps to the next wake-up time as soon as all other work waits. */
export function fakeClock(): Clock {
  let now = 0;
  let ticking = false;
  const sleepers = new Set<Sleeper>();
  const tick = () => {
    const [next] = [...sleepers].toSorted((a, b) => a.at - b.at);
    ticking = next !== undefined;
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.trigger();
    setImmediate(tick);
  };
  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const sleeper = { at: now + ms, trigger: () => end(resolve) };
      const onAbort = () => end(() => reject(signal.reason));
      const end = (settle: () => void) => {
        // Each listener that is left makes the next one slower to add.
        signal.removeEventListener('abort', onAbort);
        sleepers.delete(sleeper);
        settle();
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      sleepers.add(sleeper);
      // Fakes use only microtasks, so all their calls are complete at the next immediate.
      if (!ticking) setImmediate(tick);
      ticking = true;
    });
  return { now: () => now, uptime: () => now, sleep };
}

/** Returns a holder that never knows whether another process has ended. */
export function holderNamed(name: string): HolderPort {
  return { name, process: '', hasEnded: () => false };
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Opens a member over `port`, and collects the events that it reports. */
export function openMember(
  port: ClusterPort,
  onEvent: (event: SyncEvent) => void = () => {},
): { readonly member: Member; readonly events: SyncEvent[] } {
  const events: SyncEvent[] = [];
  const member = new Member({
    name: 'member1',
    port,
    owner: sampleOwner,
    clock: fakeClock(),
    tooling: 'regatta.dev/0.0.0',
    report: (event) => {
      events.push(event);
      onEvent(event);
    },
    onChange: () => {},
    onBreak: () => {},
  });
  return { member, events };
}

/** Returns the text of the rendered file of a ConfigMap. */
export function configMapFile(name: string, value: string): string {
  return JSON.stringify(configMap(name, value));
}
