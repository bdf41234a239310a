import assert from 'node:assert/strict';
import { openMembers } from '#syncer/members.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import type { CompilerPort } from '#syncer/ports/source.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { Syncer } from '#syncer/syncer.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeSource } from './fake-source.ts';
import { configMapKey, fakeClock, holderNamed, silent } from './samples.ts';

/** SyncerBed runs a Syncer on a repository and on clusters in memory, and collects its events. */
export class SyncerBed {
  readonly source: FakeSource = new FakeSource();
  readonly clusters: ReadonlyMap<string, FakeCluster>;
  readonly events: SyncEvent[] = [];
  readonly clock: Clock = fakeClock();

  constructor(...names: readonly string[]) {
    this.clusters = new Map(names.map((name) => [name, new FakeCluster()]));
  }

  open(compile?: CompilerPort): Syncer {
    const { source } = this;
    const { clock } = this;
    const connect = (name: string) => this.cluster(name);
    const fleet = { clusters: [...this.clusters.keys()], connect };
    const report = (event: SyncEvent) => void this.events.push(event);
    const holder = holderNamed('me');
    const shared = { source, clock, log: silent };
    const how = { resyncMs: 3_600_000, tooling: 'regatta/0.0.0' };
    const members = openMembers({ ...shared, fleet, holder }, how);
    const ports = { ...shared, openMembers: members, report, ...(compile && { compile }) };
    return new Syncer(ports, { pollMs: 1000 });
  }

  cluster(name: string): FakeCluster {
    const found = this.clusters.get(name);
    assert.ok(found);
    return found;
  }

  /** Returns the clusters of all events of this type, sorted by name. */
  clustersOf(type: SyncEvent['type']): readonly string[] {
    return this.events
      .flatMap((event) => (event.type === type && 'cluster' in event ? [event.cluster] : []))
      .toSorted();
  }

  /** Lets the loops run until `holds` returns true. @throws when it is false after 2,000 steps */
  async until(holds: () => boolean): Promise<void> {
    for (let step = 0; step < 2000; step++) {
      if (holds()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail(`does not hold: ${holds}; events: ${JSON.stringify(this.events)}`);
  }
}

/** Returns the data of a ConfigMap in the cluster. */
export function dataOf(cluster: FakeCluster, name: string): unknown {
  return cluster.objects.get(configMapKey(name))?.data;
}
