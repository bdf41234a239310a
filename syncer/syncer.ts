import { errorMessage } from '#model/error.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { CommitOrder, type MayFollow } from './commit-order.ts';
import { type ClusterDirectory, emptyReason } from './desired/desired.ts';
import { readText } from './desired/read-texts.ts';
import { Directories } from './directories.ts';
import { Loop } from './loop.ts';
import { OneAtATime } from './pace/one-at-a-time.ts';
import { Trigger } from './pace/trigger.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { Clock, HolderPort, Log } from './ports/machine.ts';
import type { CompilerPort, PublishingPort, RenderedTree, SecretsPort } from './ports/source.ts';
import { publish } from './publish.ts';
import { dedupeEvents } from './report/dedupe.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn, StateByCluster } from './report/turns.ts';
import { readSettings } from './settings.ts';
import { isSettled, verdictOn } from './verdict.ts';

export interface SyncerPorts {
  readonly source: PublishingPort;
  /** With it, every new commit is compiled first; without, it is applied as it is. */
  readonly compile?: CompilerPort;
  /** With it, what SOPS has encrypted is opened; without, it is refused. */
  readonly secrets?: SecretsPort;
  readonly fleet: FleetPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  readonly log: Log;
  readonly report: ReportEvent;
  /** Told of each turn of each cluster. */
  readonly turned?: OnTurn;
}

export interface SyncerOptions {
  readonly pollMs: number;
  /** How often each cluster is looked at anew, even if nothing has told of a change. */
  readonly resyncMs: number;
  /** `regatta/<version>`. */
  readonly tooling: string;
  /** Whether clusters follow a branch also to a commit that does not go on from theirs. */
  readonly allowRewind?: boolean;
}

/** How long news of many objects are gathered before `once` looks at where the loops stand. */
const settleMs = 10;

/** Follows the repository and keeps one loop for each cluster that it renders. */
export class Syncer {
  readonly #ports: SyncerPorts;
  readonly #options: SyncerOptions;
  readonly #report: ReportEvent;
  readonly #loops = new Map<string, Loop>();
  readonly #running: Promise<void>[] = [];
  readonly #progress = new Trigger();
  readonly #news = new Trigger();
  readonly #directories: Directories;
  readonly #order: CommitOrder;
  #polls: OneAtATime<boolean> = new OneAtATime(async () => false);
  /** What the loops were given last. */
  #taken: Omit<ClusterDirectory, 'cluster'> | undefined;
  /** Clusters that can't be reached at all: no credentials, or a name that is none. */
  readonly #withoutCredentials = new Set<string>();
  /** The newest commit that was looked at, and whether its content is what the loops want. */
  #seen = '';
  #accepted = false;

  constructor(ports: SyncerPorts, options: SyncerOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#report = dedupeEvents(ports.report);
    this.#directories = new Directories(ports);
    this.#order = new CommitOrder(ports.source, ports.log);
  }

  /** Where each cluster stands that was wanted by now. */
  get stateByCluster(): StateByCluster {
    return new Map(this.#loops.entries().map(([name, { state }]) => [name, state.type]));
  }

  /** Somebody says that there is news in the repository: it is looked at now, and not at the next poll. */
  pollNow(): void {
    this.#news.fire();
  }

  /** Polls until stopped. The objects in hand are finished before it resolves. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    this.#polls = new OneAtATime(() => this.#tryPoll(stop));
    for (let first = true; !stop.aborted; first = false) {
      const read = await this.#polls.run();
      if (!read && first) await this.#resume(stop);
      await this.#news.wait(clock, this.#options.pollMs, stop);
    }
    await Promise.all(this.#running);
  }

  /**
   * Brings every cluster to the branch's commit once.
   *
   * @param wait - also until every object is ready
   * @returns whether all clusters got there within `timeoutMs`
   */
  async once(how: { wait: boolean; timeoutMs: number }, stop: AbortSignal): Promise<boolean> {
    const { clock } = this.#ports;
    const ended = new AbortController();
    const signal = AbortSignal.any([stop, ended.signal]);
    const deadline = clock.now() + how.timeoutMs;
    this.#polls = new OneAtATime(() => this.#tryPoll(signal));
    const read = (await this.#polls.run()) && this.#accepted;
    while (read && !stop.aborted && clock.now() < deadline) {
      if ([...this.#loops.values()].every((loop) => isSettled(loop, how))) break;
      await this.#progress.wait(clock, deadline - clock.now(), signal);
    }
    const loops = [...this.#loops.values()];
    const good = await Promise.all(loops.map((loop) => verdictOn(loop, how, this.#ports)));
    ended.abort();
    await Promise.all(this.#running);
    return read && good.every(Boolean) && this.#withoutCredentials.size === 0 && good.length > 0;
  }

  async #tryPoll(stop: AbortSignal): Promise<boolean> {
    try {
      await this.#poll(stop);
      return true;
    } catch (error) {
      if (stop.aborted) return false;
      const reason = errorMessage(error);
      this.#ports.log.warn({ reason }, 'the repository could not be read');
      this.#report({ type: 'source-trouble', reason });
      return false;
    } finally {
      this.#order.forget();
    }
  }

  /** Until the repository can be read: what was accepted before this process began is kept up. */
  async #resume(stop: AbortSignal): Promise<void> {
    const { source, compile, log } = this.#ports;
    if (compile || stop.aborted) return;
    try {
      const commit = await source.last(stop);
      if (commit === undefined) return;
      log.info({ commit }, 'resumed');
      await this.#take(commit, stop);
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
    if (commit !== undefined) await this.#take(commit, stop);
    this.#seen = commit ?? head;
  }

  /** Hands every loop what the commit wants of its cluster. */
  async #take(commit: string, stop: AbortSignal): Promise<void> {
    const { source, log } = this.#ports;
    const tree = await source.tree(commit, stop);
    if (tree === undefined) {
      throw new Error(`commit ${commit.slice(0, 12)} has no rendered directories: nothing changes`);
    }
    log.info({ commit, clusters: tree.clusters.size }, 'fetched');
    const settings = await this.#settings(tree, stop);
    this.#taken = { tree, settings };
    for (const cluster of tree.clusters.keys()) {
      await this.#want({ tree, cluster, settings }, stop);
    }
    for (const [cluster, loop] of this.#loops) {
      if (!tree.clusters.has(cluster))
        loop.setDesired({ type: 'refused', commit, reason: emptyReason });
    }
  }

  /** Reads the directories again of which Git did not give all files. */
  async #readUnread(stop: AbortSignal): Promise<void> {
    const taken = this.#taken;
    if (taken === undefined) return;
    for (const cluster of taken.tree.clusters.keys()) {
      if (this.#directories.isUnread(cluster)) await this.#want({ ...taken, cluster }, stop);
    }
  }

  async #settings({ settings }: RenderedTree, stop: AbortSignal): Promise<SyncSettings> {
    if (settings === undefined) return readSettings(undefined);
    return readSettings(await readText(this.#ports.source, settings, stop));
  }

  async #want(share: ClusterDirectory, stop: AbortSignal): Promise<void> {
    const { cluster } = share;
    if (!this.#ports.fleet.clusters.includes(cluster)) {
      this.#withoutCredentials.add(cluster);
      const reason = `the kubeconfig has no context ${JSON.stringify(cluster)} (if it pulls, name the others with --cluster)`;
      this.#report({ type: 'refused', cluster, reason });
      return;
    }
    this.#loopOf(cluster, stop).setDesired(await this.#directories.read(share, stop));
  }

  #loopOf(name: string, stop: AbortSignal): Loop {
    const known = this.#loops.get(name);
    if (known !== undefined) return known;
    const { fleet, clock, log, holder, report, turned } = this.#ports;
    const loop = new Loop({
      name,
      port: fleet.connect(name),
      clock,
      log,
      holder,
      report,
      turned,
      tooling: this.#options.tooling,
      resyncMs: this.#options.resyncMs,
      mayFollow: this.#options.allowRewind ? always : this.#order.mayFollow,
      refresh: async () => void (await this.#polls.run()),
      onProgress: () => this.#progress.fireAfter(settleMs, clock),
    });
    this.#loops.set(name, loop);
    this.#running.push(loop.run(stop));
    return loop;
  }
}

const always: MayFollow = async () => true;
