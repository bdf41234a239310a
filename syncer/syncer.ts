import { errorMessage } from '#model/error.ts';
import { Redactor } from '#model/redaction.ts';
import { CommitOrder, type MayFollow } from './commit-order.ts';
import { deletedChanges } from './deleted-changes.ts';
import type { Asks, MembersPort } from './members-port.ts';
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

/** Follows the repository, and hands each commit to the part that serves the member clusters. */
export class Syncer {
  readonly #ports: SyncerPorts;
  readonly #options: SyncerOptions;
  readonly #report: ReportEvent;
  readonly #members: MembersPort;
  readonly #polling = new Trigger();
  readonly #order: CommitOrder;
  readonly #outage: SourceOutage;
  readonly #named: NamedClusters;
  #polls: OneAtATime<boolean> = new OneAtATime(async () => false);
  /** The clusters that this syncer has served. */
  readonly #served = new Set<string>();
  /** The newest commit that the syncer read, and whether the members have it. */
  #seen = '';
  #accepted = false;
  /** How a syncer that runs once asks the holders of Leases. */
  #asks: Asks | undefined;

  constructor(ports: SyncerPorts, options: SyncerOptions) {
    const { redactor = new Redactor() } = ports;
    this.#ports = { ...ports, ...redactedExits(ports, redactor) };
    this.#options = options;
    this.#report = dedupeEvents(this.#ports.report);
    this.#order = new CommitOrder(ports.source, ports.log);
    this.#named = new NamedClusters(options.clusters);
    this.#members = this.#openMembers();
    const { clock, log, source } = ports;
    this.#outage = new SourceOutage({ ...source.origin, clock, log, report: this.#report });
  }

  /** The state of each cluster that the current commit renders. */
  get stateByCluster(): StateByCluster {
    return this.#members.states;
  }

  /** Names of the clusters that left the fleet and still have its objects. */
  get formerClusters(): readonly string[] {
    return this.#members.former;
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
    await this.#members.ended();
  }

  /**
   * Brings every cluster to the branch's commit once.
   *
   * @param how - `wait`: also wait until every object is ready
   * @returns whether all clusters reached the commit before the deadline
   */
  async once(how: Asks & { deadline: Deadline }, stop: AbortSignal): Promise<boolean> {
    const { clock } = this.#ports;
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    const { deadline } = how;
    this.#asks = { wait: how.wait };
    this.#polls = new OneAtATime(() => this.#tryPoll(signal));
    const reading = new StopTime(clock, stop).within(this.#readBy(deadline), stopTimes.turns);
    const hasCommit = ((await reading) ?? false) && this.#accepted;
    const { clusters, isGood } = await this.#members.settle({ ...how, hasCommit }, stop);
    ended.abort();
    await this.#members.ended();
    return hasCommit && isGood && clusters > 0 && !this.#named.areMissing;
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
      return this.#members.repeat(stop);
    }
    const ports = { source, report: this.#report };
    const commit = compile ? await publish(head, { ...ports, compile }, stop) : head;
    this.#accepted = commit !== undefined;
    if (commit !== undefined) await this.#distribute(commit, stop);
    this.#seen = commit ?? head;
  }

  /** Hands a commit to the members. */
  async #distribute(commit: string, stop: AbortSignal): Promise<void> {
    const { source, log } = this.#ports;
    // This also brings the contents of the rendered files into the clone.
    const tree = await source.tree(commit, stop);
    const ports = { source, report: this.#report };
    const isKnown = (name: string) => this.#served.has(name);
    const rendered = await this.#named.check(ports, commit, isKnown, stop);
    if (tree === undefined) {
      if (this.#named.areMissing) return;
      throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories: nothing changes`);
    }
    log.info({ commit, clusters: tree.clusters.size }, 'fetched');
    await this.#members.follow({ commit, rendered, tree, asks: this.#asks }, stop);
    for (const name of this.#members.states.keys()) this.#served.add(name);
  }

  #openMembers(): MembersPort {
    const { openMembers, turned, source } = this.#ports;
    const descends = this.#order.mayFollow;
    return openMembers({
      report: this.#report,
      turned,
      descends,
      changesSince: deletedChanges(source),
      mayFollow: this.#options.allowRewind ? always : descends,
      refresh: async () => void (await this.#polls.run()),
    });
  }
}

const always: MayFollow = async () => true;
