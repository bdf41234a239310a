import { Counter, Gauge, Histogram, type LabelValues, Registry } from 'prom-client';
import { changes, type SyncEvent } from '#syncer/report/events.ts';
import type { StateByCluster, TurnReport } from '#syncer/report/turns.ts';

/** The result of a call: the reason of a ClusterError, or `ok`. */
type CallResult = string;

/** The state of a syncer that a scrape reads. */
export interface ClusterStates {
  /** Returns the state of each cluster that the current commit renders. */
  states(): StateByCluster;
  /** Returns the names of the clusters that left the fleet and still have its objects. */
  former(): readonly string[];
}

/**
 * A syncer's metrics for Prometheus; docs/metrics.md explains each name. Labels have clusters, results
 * and reasons, and never objects, so that the number of series is bounded.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #clusters: ClusterStates;
  /** Every cluster that may have series. */
  readonly #seen = new Set<string>();
  readonly #objects = this.#gauge('regatta_objects', 'Objects by result of the last turn', [
    'cluster',
    'result',
  ]);
  readonly #turns = new Histogram({
    name: 'regatta_turn_duration_seconds',
    help: 'Duration of turns that changed something',
    labelNames: ['cluster'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers: [this.#registry],
  });
  readonly #changes = this.#counter(
    'regatta_object_changes_total',
    'Objects created, configured, pruned, released or abandoned',
    ['cluster', 'result'],
  );
  readonly #drift = this.#counter(
    'regatta_drift_total',
    'Objects that another manager had changed or deleted',
    ['cluster', 'done'],
  );
  readonly #faults = this.#counter('regatta_turn_failures_total', 'Turns that failed', [
    'cluster',
    'reason',
  ]);
  readonly #calls = this.#counter('regatta_cluster_calls_total', 'Calls to member clusters', [
    'cluster',
    'call',
    'result',
  ]);
  readonly #polls = this.#counter('regatta_source_polls_total', 'Polls of the repository', [
    'result',
  ]);
  readonly #polledAt = this.#gauge(
    'regatta_source_last_success_timestamp_seconds',
    'Time of the last successful poll of the repository',
    [],
  );
  readonly #commits = this.#counter(
    'regatta_commits_rejected_total',
    'Commits that did not compile',
    [],
  );

  /**
   * Registers the metrics of a syncer.
   *
   * @param clusters - returns the states of the clusters; each scrape calls it
   */
  constructor(version: string, clusters: ClusterStates) {
    this.#clusters = clusters;
    const build = this.#gauge('regatta_build_info', 'The running version', ['version']);
    build.set({ version }, 1);
    this.#pulled('regatta_cluster_synced', 'Whether the cluster equals its directory', (state) =>
      Number(state === 'synced'),
    );
    this.#pulled(
      'regatta_cluster_stalled',
      'Whether the cluster needs an intervention, because a retry will not help',
      (state) => Number(state === 'stalled'),
    );
    this.#scraped('regatta_cluster_former', 'Whether the cluster left the fleet', () =>
      clusters.former().map((cluster) => [cluster, 1]),
    );
    const started = this.#gauge('process_start_time_seconds', 'When the process started', []);
    started.set(performance.timeOrigin / 1000);
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Memory of the process',
      registers: [this.#registry],
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  /** Returns all metrics in Prometheus' text format. Clusters that left the fleet have no series any more. */
  async text(): Promise<string> {
    const { states, former } = this.#clusters;
    const left = this.#seen.difference(new Set(states().keys()));
    for (const cluster of left) {
      this.#turns.remove({ cluster });
      for (const metric of [this.#objects, this.#changes, this.#drift, this.#faults])
        await removeSeries(metric, cluster);
      // The syncer still asks a former cluster for its inventory.
      if (!former().includes(cluster)) await removeSeries(this.#calls, cluster);
    }
    return this.#registry.metrics();
  }

  /** Media type of `text()`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts drift, rejected commits and changes of objects. */
  heard(event: SyncEvent): void {
    if ('cluster' in event) this.#seen.add(event.cluster);
    if (event.type === 'drift')
      this.#drift.inc({
        cluster: event.cluster,
        done: event.reportOnly ? 'reported' : 'corrected',
      });
    if (event.type === 'rejected-commit') this.#commits.inc();
    if (event.type === 'object' && changes.has(event.result)) {
      this.#changes.inc({ cluster: event.cluster, result: event.result });
    }
  }

  /** Records the duration of a turn, its results and its fault. */
  turned({ cluster, startedAt, endedAt, fault, counts }: TurnReport): void {
    this.#seen.add(cluster);
    if (fault !== undefined) this.#faults.inc({ cluster, reason: fault });
    const results = Object.entries(counts);
    if (results.length === 0) return;
    if (results.some(([result]) => result !== 'unchanged')) {
      this.#turns.observe({ cluster }, (endedAt - startedAt) / 1000);
    }
    for (const result of gauged) this.#objects.set({ cluster, result }, counts[result] ?? 0);
  }

  /** Counts a call to an API server. */
  called(cluster: string, call: string, result: CallResult): void {
    this.#seen.add(cluster);
    this.#calls.inc({ cluster, call, result });
  }

  /** Counts a poll of the repository, and records the time of a successful one. */
  polled(isRead: boolean): void {
    this.#polls.inc({ result: isRead ? 'ok' : 'failed' });
    if (isRead) this.#polledAt.setToCurrentTime();
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #pulled(name: string, help: string, measure: (state: TurnReport['state']) => number): void {
    const { states } = this.#clusters;
    this.#scraped(name, help, () =>
      states()
        .entries()
        .map(([cluster, state]) => [cluster, measure(state)]),
    );
  }

  /** Registers a gauge whose values are read at each scrape, so that it forgets clusters that left. */
  #scraped(name: string, help: string, read: () => Iterable<readonly [string, number]>): void {
    new Gauge({
      name,
      help,
      labelNames: ['cluster'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [cluster, value] of read()) this.set({ cluster }, value);
      },
    });
  }
}

/** Removes all series of a cluster from a metric. */
async function removeSeries<L extends string>(
  metric: Counter<L> | Gauge<L>,
  cluster: string,
): Promise<void> {
  const { values } = await metric.get();
  for (const { labels } of values) {
    if ((labels as LabelValues<string>).cluster === cluster) metric.remove(labels);
  }
}

/** Results that are exported as the current state of objects. */
const gauged = [
  'unchanged',
  'held',
  'refused',
  'failed',
  'suspended',
  'drifted',
  'postponed',
  'waiting',
] as const;
