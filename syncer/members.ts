import { Redactor } from '#model/redaction.ts';
import { type ClusterDirectory, emptyReason } from './desired/desired.ts';
import { Directories } from './directories.ts';
import { FleetReader } from './fleet-at.ts';
import { FormerWatch } from './former/former-watch.ts';
import { membersAt } from './former/members.ts';
import type { Loop } from './loop.ts';
import { Loops } from './loops.ts';
import type { MembersOptions, MembersPorts } from './members-options.ts';
import type {
  Asks,
  FollowerPort,
  MembersPort,
  OpenMembers,
  Order,
  Settled,
  SettleHow,
} from './members-port.ts';
import { Trigger } from './pace/trigger.ts';
import { within } from './pace/within.ts';
import type { ReportEvent } from './report/events.ts';
import { redactedExits } from './report/exits.ts';
import type { StateByCluster } from './report/turns.ts';
import { isSettled, verdictOn } from './verdict.ts';

/** How long `settle` collects progress before it checks the loops, in milliseconds. */
const settleMs = 10;

/** Returns what opens the members in this process. */
export function openMembers(ports: MembersPorts, options: MembersOptions): OpenMembers {
  return (follower) => new Members(ports, options, follower);
}

/** Serves the member clusters in this process. */
class Members implements MembersPort {
  readonly #ports: MembersPorts & { readonly redactor: Redactor };
  readonly #options: MembersOptions;
  readonly #report: ReportEvent;
  readonly #loops: Loops;
  readonly #progress = new Trigger();
  readonly #end = new AbortController();
  readonly #directories: Directories;
  readonly #fleets: FleetReader;
  readonly #former: FormerWatch;
  /** The commit that the loops follow. */
  #followed: Omit<ClusterDirectory, 'cluster'> | undefined;
  /** Clusters that the kubeconfig has no context for. */
  readonly #withoutCredentials = new Set<string>();
  #asks: Asks | undefined;

  constructor(ports: MembersPorts, options: MembersOptions, follower: FollowerPort) {
    const { redactor = new Redactor() } = ports;
    this.#ports = { ...ports, redactor };
    this.#options = options;
    const exits = redactedExits(follower, redactor);
    this.#report = exits.report;
    this.#directories = new Directories(ports);
    this.#fleets = new FleetReader(ports.source);
    const { fleet, clock } = ports;
    const watched = { fleet, clock, descends: follower.descends, report: exits.report };
    this.#former = new FormerWatch(watched, options.resyncMs);
    this.#loops = this.#openLoops({ ...follower, ...exits });
  }

  get states(): StateByCluster {
    return this.#loops.stateByCluster;
  }

  get former(): readonly string[] {
    return this.#former.names;
  }

  async follow({ commit, rendered, asks, tree: listed }: Order, stop: AbortSignal): Promise<void> {
    const { source } = this.#ports;
    this.#asks = asks;
    const tree = listed ?? (await source.tree(commit, stop));
    if (tree === undefined) return;
    const goal = { commit, ...(await this.#fleets.at(tree, stop)) };
    const content = { tree, ...goal };
    this.#followed = content;
    const members = membersAt(tree, rendered);
    const shown = members.intersection(tree.clusters);
    for (const cluster of shown) await this.#setDesired({ ...content, cluster }, stop);
    for (const loop of this.#loops.all) if (!shown.has(loop.name)) this.#leave(loop, commit);
    this.#former.begin({ goal, members, contexts: this.#options.clusters }, this.#until(stop));
  }

  /** Searches for former clusters, and reads the directories again in which Git failed to return a file. */
  async repeat(stop: AbortSignal): Promise<void> {
    this.#former.repeat(this.#until(stop));
    const followed = this.#followed;
    if (followed === undefined) return;
    for (const cluster of followed.tree.clusters.keys()) {
      if (this.#directories.isUnread(cluster))
        await this.#setDesired({ ...followed, cluster }, stop);
    }
  }

  async settle({ hasCommit, wait, deadline }: SettleHow, stop: AbortSignal): Promise<Settled> {
    const { clock, fleet } = this.#ports;
    const signal = this.#until(stop);
    const loops = this.#loops.all;
    while (hasCommit && !signal.aborted && deadline.remainingMs > 0) {
      if (this.#loops.all.every((loop) => isSettled(loop, { wait }))) break;
      await this.#progress.wait(clock, deadline.remainingMs, signal);
    }
    const ports = { fleet, report: this.#report };
    const verdicts = this.#loops.all.map((loop) => verdictOn(loop, { wait }, ports));
    await within(clock, deadline.remainingMs, signal, () => this.#former.ended());
    this.#end.abort();
    const [good] = await Promise.all([Promise.all(verdicts), this.#loops.ended()]);
    const isGood = good.every(Boolean) && this.#withoutCredentials.size === 0;
    return { clusters: loops.length, isGood };
  }

  ended(): Promise<void> {
    return this.#loops.ended();
  }

  #until(stop: AbortSignal): AbortSignal {
    return AbortSignal.any([stop, this.#end.signal]);
  }

  /** Stops managing a cluster whose directory disappeared. */
  #leave(loop: Loop, commit: string): void {
    loop.setDesired({ type: 'refused', commit, reason: emptyReason });
    this.#loops.end(loop.name);
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
    const loop = this.#loops.get(cluster) ?? this.#loops.start(cluster, goal, this.#until(stop));
    loop.setDesired(await this.#directories.read(directory, stop));
  }

  #openLoops(follower: FollowerPort): Loops {
    const { fleet, clock, log, holder, redactor } = this.#ports;
    const { tooling, resyncMs, takeOver } = this.#options;
    return new Loops(fleet, {
      clock,
      log,
      holder,
      redactor,
      tooling,
      resyncMs,
      ...follower,
      takeOver: new Set(takeOver),
      asks: () => this.#asks,
      onProgress: () => this.#progress.fireAfter(settleMs, clock),
    });
  }
}
