import type { KubeObject } from '#model/object.ts';
import { keyOf } from '#model/object.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import { openMembers } from '#syncer/members.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import type { Clock } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import { Syncer } from '#syncer/syncer.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeSource } from './fake-source.ts';
import { fakeClock, holderNamed, silent } from './samples.ts';

interface FleetOptions {
  readonly name: string;
  readonly id?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly repositories?: readonly string[];
  readonly shared?: boolean;
  readonly takeOver?: readonly string[];
}

/** FleetBed is one member cluster to which the syncers of several fleets write. */
export class FleetBed {
  readonly cluster: FakeCluster;
  readonly clock: Clock = fakeClock();

  constructor(cluster: FakeCluster = new FakeCluster()) {
    this.cluster = cluster;
  }

  open(options: FleetOptions): TestFleet {
    return new TestFleet(this, options);
  }
}

/** The repository of one fleet, and its syncers. */
export class TestFleet {
  readonly source: FakeSource = new FakeSource();
  readonly events: SyncEvent[] = [];
  readonly #bed: FleetBed;
  readonly #options: FleetOptions;

  constructor(bed: FleetBed, options: FleetOptions) {
    this.#bed = bed;
    this.#options = options;
    const { name, repository = `git.example.com/${name}`, branch = 'main' } = options;
    this.source.origin = { repository, branch, path: 'rendered' };
  }

  /** Commits exactly these objects. */
  commit(commit: string, ...objects: readonly KubeObject[]): this {
    return this.commitWith(commit, {}, ...objects);
  }

  /** Commits exactly these objects and other files of the cluster’s directory. */
  commitWith(
    commit: string,
    others: Readonly<Record<string, string>>,
    ...objects: readonly KubeObject[]
  ): this {
    const { name, id, repositories, shared } = this.#options;
    const files = objects.map((object) => {
      return [`member1/${renderedPathOf(keyOf(object))}`, JSON.stringify(object)] as const;
    });
    const kinds = { Namespace: 100 };
    const deletionBudget = { cluster: 100, kinds, allNamespaces: true };
    const sync = shared ? { sharedClusters: 'Allow' } : {};
    const settings = { metadata: { name }, spec: { id, repositories, sync, deletionBudget } };
    this.source.advance(
      commit,
      { ...Object.fromEntries(files), ...others },
      JSON.stringify(settings),
    );
    return this;
  }

  /** Runs `sync --once`, and resolves to whether the cluster is synced. */
  async once(): Promise<boolean> {
    const { cluster, clock } = this.#bed;
    const { name, takeOver = [] } = this.#options;
    const shared = { source: this.source, clock, log: silent };
    const fleet = { clusters: ['member1'], connect: () => cluster };
    const how = { resyncMs: 3_600_000, tooling: 'regatta.dev/1.0.0', takeOver };
    const syncer = new Syncer(
      {
        ...shared,
        openMembers: openMembers({ ...shared, fleet, holder: holderNamed(name) }, how),
        report: (event) => void this.events.push(event),
      },
      { pollMs: 1000 },
    );
    const deadline = new Deadline(clock, 60_000);
    const isGood = await syncer.once({ wait: false, deadline }, never);
    cluster.revive();
    return isGood;
  }

  /** The reasons for which the syncer refused the cluster. */
  get refusals(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'refused' ? [event.reason] : []));
  }

  /** The messages about objects with this result. */
  messages(result: string): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'object' && event.result === result ? [`${event.key} ${event.message}`] : [],
    );
  }
}

const never = new AbortController().signal;
