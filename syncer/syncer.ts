import { errorMessage } from '#model/error.ts';
import { Redactor } from '#model/redaction.ts';
import { CommitOrder, type MayFollow } from './commit-order.ts';
import { type ClusterDirectory, emptyReason } from './desired/desired.ts';
import { Directories } from './directories.ts';
import { fleetAt } from './fleet-at.ts';
import type { Goal } from './identify.ts';
import { Loop } from './loop.ts';
import { NamedClusters } from './named-clusters.ts';
import type { Deadline } from './pace/deadline.ts';
import { OneAtATime } from './pace/one-at-a-time.ts';
import { StopTime, stopTimes } from './pace/stop-time.ts';
import { Trigger } from './pace/trigger.ts';
import { publish } from './publish.ts';
import { dedupeEvents } from './report/dedupe.ts';
import type { ReportEvent } from './report/events.ts';
import { redactedExits } from './report/exits.ts';
import { SourceOutage } from './report/source-outage.ts';
import type { StateByCluster } from './report/turns.ts';
import type { SyncerOptions, SyncerPorts } from './syncer-options.ts';
import { isSettled, verdictOn } from './verdict.ts';

/** How long `once` collects progress before it checks the loops, in milliseconds. */
const settleMs = 10;

/** Follows the repository and runs one loop for each cluster that it renders. */
export class Syncer {
  readonly #ports: SyncerPorts;
  readonly #options: SyncerOptions;
  readonly #redactor: Redactor;
  readonly #report: ReportEvent;
  readonly #loops = new Map<string, Loop>();
  readonly #running: Promise<void>[] = [];
  readonly #progress = new Trigger();
  readonly #polling = new Trigger();
  readonly #directories: Directories;
  readonly #order: CommitOrder;
  readonly #outage: SourceOutage;
  readonly #named: NamedClusters;
  #polls: OneAtATime<boolean> = new OneAtATime(async () => false);
  /** The last commit that the syncer handed to the loops. */
  #distributed: Omit<ClusterDirectory, 'cluster'> | undefined;
  /** Clusters that the kubeconfig has no context for. */
  readonly #withoutCredentials = new Set<string>();
  /** The newest commit that the syncer read, and whether the loops have it. */
  #seen = '';
  #accepted = false;

  constructor(ports: SyncerPorts, options: SyncerOptions) {
    const { redactor = new Redactor() } = ports;
    this.#redactor = redactor;
    this.#ports = { ...ports, ...redactedExits(ports, redactor) };
    this.#options = options;
    this.#report = dedupeEvents(this.#ports.report);
    this.#directories = new Directories(ports);
    this.#order = new CommitOrder(ports.source, ports.log);
    const { clock, log, source } = this.#ports;
    const { repository } = source.origin;
    this.#named = new NamedClusters(options.clusters);
    this.#outage = new SourceOutage({ repository, clock, log, report: this.#report });
  }

  /** The state of each cluster that a commit has rendered so far. */
  get stateByCluster(): StateByCluster {
    return new Map(this.#loops.entries().map(([name, { state }]) => [name, state.type]));
  }

  /** Whether the operator named a cluster that no commit has rendered so far. */
  get lacksNamedCluster(): boolean {
    return this.#named.areMissing;
  }

  /** Polls the branch now: a webhook reported a push. */
  pollNow(): void {
    this.#polling.fire();
  }

  /** Reports that the Git server has sent nothing for `ms` milliseconds. The poll goes on. */
  noteSilence(ms: number): void {
    this.#outage.failed(new Error(`the Git server has sent nothing for ${ms / 1000} s`));
  }

  /** Polls until stopped. Resolves after the loops have completed the objects in progress. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const time = new StopTime(clock, stop);
    this.#polls = new OneAtATime(() => this.#tryPoll(stop));
    for (let first = true; !stop.aborted; first = false) {
      const read = await time.within(this.#polls.run(), stopTimes.turns);
      if (!read && first) await this.#resume(stop);
      await this.#polling.wait(clock, this.#options.pollMs, stop);
    }
    await Promise.all(this.#running);
  }

  /**
   * Brings every cluster to the branch's commit once.
   *
   * @param how - `wait`: also wait until every object is ready
   * @returns whether all clusters reached the commit before the deadline
   */
  async once(how: { wait: boolean; deadline: Deadline }, stop: AbortSignal): Promise<boolean> {
    const { clock } = this.#ports;
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    const { deadline } = how;
    this.#polls = new OneAtATime(() => this.#tryPoll(signal));
    const reading = new StopTime(clock, stop).within(this.#readBy(deadline), stopTimes.turns);
    const read = ((await reading) ?? false) && this.#accepted;
    while (read && !stop.aborted && deadline.remainingMs > 0) {
      if ([...this.#loops.values()].every((loop) => isSettled(loop, how))) break;
      await this.#progress.wait(clock, deadline.remainingMs, signal);
    }
    const loops = [...this.#loops.values()];
    const verdicts = loops.map((loop) => verdictOn(loop, how, this.#ports));
    ended.abort();
    const [good] = await Promise.all([Promise.all(verdicts), ...this.#running]);
    const isWhole = this.#withoutCredentials.size === 0 && !this.#named.areMissing;
    return read && good.every(Boolean) && isWhole && good.length > 0;
  }

  #readBy(deadline: Deadline): Promise<boolean> {
    return deadline.wait('the repository', this.#polls.run()).catch((error: unknown) => {
      this.#outage.failed(error);
      return false;
    });
  }

  async #tryPoll(stop: AbortSignal): Promise<boolean> {
    try {
      await this.#poll(stop);
      this.#outage.succeeded();
      return true;
    } catch (error) {
      if (!stop.aborted) this.#outage.failed(error);
      return false;
    } finally {
      this.#order.forget();
    }
  }

  /** Keeps the clusters at the commit that an earlier process accepted, until the syncer can read the repository. */
  async #resume(stop: AbortSignal): Promise<void> {
    const { source, compile, log } = this.#ports;
    if (compile || stop.aborted) return;
    try {
      const commit = await source.last(stop);
      if (commit === undefined) return;
      log.info({ commit }, 'resumed');
      await this.#distribute(commit, stop);
    } catch (error) {
      log.warn({ reason: errorMessage(error) }, 'not resumed');
    }
  }

  async #poll(stop: AbortSignal): Promise<void> {
    const { source, compile } = this.#ports;
    const head = await source.fetch(stop);
    if (head === this.#seen) return this.#readUnread(stop);
    const ports = { source, report: this.#report };
    const commit = compile ? await publish(head, { ...ports, compile }, stop) : head;
    this.#accepted = commit !== undefined;
    if (commit !== undefined) await this.#distribute(commit, stop);
    this.#seen = commit ?? head;
  }

  /** Hands every loop the desired state of its cluster at the commit. */
  async #distribute(commit: string, stop: AbortSignal): Promise<void> {
    const { source, log } = this.#ports;
    const tree = await source.tree(commit, stop);
    const ports = { source, report: this.#report };
    await this.#named.check(ports, commit, (name) => this.#loops.has(name), stop);
    if (tree === undefined) {
      if (this.#named.areMissing) return;
      throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories: nothing changes`);
    }
    log.info({ commit, clusters: tree.clusters.size }, 'fetched');
    const content = { tree, ...(await fleetAt(source, tree, stop)) };
    this.#distributed = content;
    for (const cluster of tree.clusters.keys()) {
      await this.#setDesired({ ...content, cluster }, stop);
    }
    for (const [cluster, loop] of this.#loops) {
      if (!tree.clusters.has(cluster))
        loop.setDesired({ type: 'refused', commit, reason: emptyReason });
    }
  }

  /** Reads the directories again in which Git failed to return a file. */
  async #readUnread(stop: AbortSignal): Promise<void> {
    const distributed = this.#distributed;
    if (distributed === undefined) return;
    for (const cluster of distributed.tree.clusters.keys()) {
      if (this.#directories.isUnread(cluster))
        await this.#setDesired({ ...distributed, cluster }, stop);
    }
  }

  async #setDesired(directory: ClusterDirectory, stop: AbortSignal): Promise<void> {
    const { cluster } = directory;
    if (!this.#ports.fleet.clusters.includes(cluster)) {
      this.#withoutCredentials.add(cluster);
      const reason = `the kubeconfig has no context ${JSON.stringify(cluster)} (if this cluster runs its own agent, list the others with --cluster)`;
      this.#report({ type: 'refused', cluster, reason });
      return;
    }
    const { tree, settings, fleet } = directory;
    const goal = { commit: tree.commit, settings, fleet };
    this.#loopOf(cluster, goal, stop).setDesired(await this.#directories.read(directory, stop));
  }

  #loopOf(name: string, goal: Goal, stop: AbortSignal): Loop {
    const known = this.#loops.get(name);
    if (known !== undefined) return known;
    const { fleet, clock, log, holder, report, turned } = this.#ports;
    const { tooling, resyncMs, allowRewind, takeOver } = this.#options;
    const loop = new Loop({
      name,
      port: fleet.connect(name),
      clock,
      log,
      holder,
      report,
      turned,
      redactor: this.#redactor,
      goal,
      tooling,
      resyncMs,
      takeOver: new Set(takeOver),
      descends: this.#order.mayFollow,
      mayFollow: allowRewind ? always : this.#order.mayFollow,
      refresh: async () => void (await this.#polls.run()),
      onProgress: () => this.#progress.fireAfter(settleMs, clock),
    });
    this.#loops.set(name, loop);
    this.#running.push(loop.run(stop));
    return loop;
  }
}

const always: MayFollow = async () => true;
