import { errorMessage } from '#model/error.ts';
import { Redactor } from '#model/redaction.ts';
import { CommitOrder, type MayFollow } from './commit-order.ts';
import { deletedChanges } from './deleted-changes.ts';
import { type ClusterDirectory, emptyReason } from './desired/desired.ts';
import { Directories } from './directories.ts';
import { fleetAt } from './fleet-at.ts';
import { FormerWatch } from './former/former-watch.ts';
import { membersAt } from './former/members.ts';
import type { Loop } from './loop.ts';
import { Loops } from './loops.ts';
import { NamedClusters } from './named-clusters.ts';
import type { Deadline } from './pace/deadline.ts';
import { OneAtATime } from './pace/one-at-a-time.ts';
import { StopTime, stopTimes } from './pace/stop-time.ts';
import { Trigger } from './pace/trigger.ts';
import { within } from './pace/within.ts';
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
  readonly #ports: SyncerPorts & { readonly redactor: Redactor };
  readonly #options: SyncerOptions;
  readonly #report: ReportEvent;
  readonly #loops: Loops;
  readonly #progress = new Trigger();
  readonly #polling = new Trigger();
  readonly #directories: Directories;
  readonly #order: CommitOrder;
  readonly #outage: SourceOutage;
  readonly #named: NamedClusters;
  readonly #former: FormerWatch;
  #polls: OneAtATime<boolean> = new OneAtATime(async () => false);
  /** The last commit that the syncer handed to the loops. */
  #distributed: Omit<ClusterDirectory, 'cluster'> | undefined;
  /** Clusters that the kubeconfig has no context for. */
  readonly #withoutCredentials = new Set<string>();
  /** The newest commit that the syncer read, and whether the loops have it. */
  #seen = '';
  #accepted = false;
  /** How a syncer that runs once asks the holders of Leases. */
  #asks: { readonly wait: boolean } | undefined;

  constructor(ports: SyncerPorts, options: SyncerOptions) {
    const { redactor = new Redactor() } = ports;
    this.#ports = { ...ports, redactor, ...redactedExits(ports, redactor) };
    this.#options = options;
    this.#report = dedupeEvents(this.#ports.report);
    this.#directories = new Directories(ports);
    this.#order = new CommitOrder(ports.source, ports.log);
    const { clock, fleet, log, source } = this.#ports;
    this.#named = new NamedClusters(options.clusters);
    const { mayFollow: descends } = this.#order;
    const watched = { fleet, clock, descends, report: this.#report };
    this.#loops = this.#openLoops();
    this.#former = new FormerWatch(watched, options.resyncMs);
    this.#outage = new SourceOutage({ ...source.origin, clock, log, report: this.#report });
  }

  /** The state of each cluster that the current commit renders. */
  get stateByCluster(): StateByCluster {
    return this.#loops.stateByCluster;
  }

  /** Names of the clusters that left the fleet and still have its objects. */
  get formerClusters(): readonly string[] {
    return this.#former.names;
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
  readonly noteSilence = (ms: number): void => this.#outage.silent(ms);

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
    await this.#loops.ended();
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
    this.#asks = how;
    this.#polls = new OneAtATime(() => this.#tryPoll(signal));
    const reading = new StopTime(clock, stop).within(this.#readBy(deadline), stopTimes.turns);
    const read = ((await reading) ?? false) && this.#accepted;
    while (read && !stop.aborted && deadline.remainingMs > 0) {
      if (this.#loops.all.every((loop) => isSettled(loop, how))) break;
      await this.#progress.wait(clock, deadline.remainingMs, signal);
    }
    const verdicts = this.#loops.all.map((loop) => verdictOn(loop, how, this.#ports));
    await within(clock, deadline.remainingMs, signal, () => this.#former.ended());
    ended.abort();
    const [good] = await Promise.all([Promise.all(verdicts), this.#loops.ended()]);
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
    if (head === this.#seen) {
      this.#former.repeat(stop);
      return this.#readUnread(stop);
    }
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
    const isKnown = (name: string) => this.#loops.knows(name);
    const rendered = await this.#named.check(ports, commit, isKnown, stop);
    if (tree === undefined) {
      if (this.#named.areMissing) return;
      throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories: nothing changes`);
    }
    log.info({ commit, clusters: tree.clusters.size }, 'fetched');
    const goal = { commit, ...(await fleetAt(source, tree, stop)) };
    const content = { tree, ...goal };
    this.#distributed = content;
    const members = membersAt(tree, rendered);
    const shown = members.intersection(tree.clusters);
    for (const cluster of shown) await this.#setDesired({ ...content, cluster }, stop);
    for (const loop of this.#loops.all) if (!shown.has(loop.name)) this.#leave(loop, commit);
    this.#former.begin({ goal, members, contexts: this.#options.clusters }, stop);
  }

  /** Stops managing a cluster whose directory disappeared. */
  #leave(loop: Loop, commit: string): void {
    loop.setDesired({ type: 'refused', commit, reason: emptyReason });
    this.#loops.end(loop.name);
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
    const loop = this.#loops.get(cluster) ?? this.#loops.start(cluster, goal, stop);
    loop.setDesired(await this.#directories.read(directory, stop));
  }

  #openLoops(): Loops {
    const { fleet, clock, log, holder, report, turned, redactor, source } = this.#ports;
    const { tooling, resyncMs, allowRewind, takeOver } = this.#options;
    return new Loops(fleet, {
      ...{ clock, log, holder, report, turned, redactor, tooling, resyncMs },
      takeOver: new Set(takeOver),
      changesSince: deletedChanges(source),
      descends: this.#order.mayFollow,
      mayFollow: allowRewind ? always : this.#order.mayFollow,
      asks: () => this.#asks,
      refresh: async () => void (await this.#polls.run()),
      onProgress: () => this.#progress.fireAfter(settleMs, clock),
    });
  }
}

const always: MayFollow = async () => true;
