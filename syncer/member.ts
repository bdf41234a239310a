import type { ObjectKey } from '#model/object.ts';
import { RecentDefinitions } from './act/recent-definitions.ts';
import { Rejections } from './act/rejections.ts';
import { Replacements } from './act/replacements.ts';
import { UnderWay } from './act/under-way.ts';
import { AheadError, type MayFollow } from './commit-order.ts';
import type { ChangesSince } from './deleted-changes.ts';
import type { Inventory } from './inventory/inventory.ts';
import { InventoryStore, type SaveHow } from './inventory/store.ts';
import { ObjectCache, type OnChange } from './observe/object-cache.ts';
import { Reachability } from './observe/reachability.ts';
import type { Claimant, Owner } from './ownership/owner.ts';
import { ConcurrencyLimiter } from './pace/concurrency-limiter.ts';
import { FightDetector } from './pace/fight-detector.ts';
import { Drifts } from './plan/drifts.ts';
import type { ClusterPort } from './ports/cluster.ts';
import type { Clock } from './ports/machine.ts';
import type { ReportEvent } from './report/events.ts';
import type { Timed } from './report/turns.ts';

/** Ports and callbacks of one member. */
export interface MemberOptions {
  readonly name: string;
  readonly port: ClusterPort;
  /** The fleet, and the names under which it owns objects in this cluster. */
  readonly owner: Owner;
  readonly clock: Clock;
  readonly report: ReportEvent;
  /** The syncer's name and version, `regatta.dev/<version>`. The ApplySet records it for other tools. */
  readonly tooling: string;
  /** Called when an object in the cluster changes. */
  readonly onChange: OnChange;
  /** Called when a watch ends. The next turn lists the kind again. */
  readonly onBreak: () => void;
  /** Measures the phases of a turn; absent means no measurement. */
  readonly timed?: Timed;
  /** Compares commits before the first write. Callers that write nothing leave it out. */
  readonly mayFollow?: MayFollow;
  /** Shows what changes of the branch delete. Without it, the limits on the fleet hold nothing. */
  readonly changesSince?: ChangesSince | undefined;
}

/** One member cluster: its port, and the state that its loop keeps between turns. */
export class Member {
  readonly name: string;
  readonly port: ClusterPort;
  readonly owner: Owner;
  readonly clock: Clock;
  readonly report: ReportEvent;
  readonly timed: Timed;
  readonly cache: ObjectCache;
  readonly fights: FightDetector = new FightDetector();
  readonly drifts: Drifts = new Drifts();
  readonly replacements: Replacements = new Replacements();
  readonly definitions: RecentDefinitions;
  readonly limiter: ConcurrencyLimiter;
  readonly reachability: Reachability;
  /** Actions that the API server has not answered yet. */
  readonly underWay: UnderWay;
  readonly rejections: Rejections = new Rejections();
  readonly #store: InventoryStore;
  readonly #mayFollow: MayFollow;
  readonly changesSince: ChangesSince | undefined;
  /** The other fleets in the cluster. */
  others: Claimant['others'] = new Map();
  /** The object whose drift the next turn corrects, whatever its drift mode. */
  correctOnce: ObjectKey | undefined;

  constructor(options: MemberOptions) {
    const { name, port, owner, clock, report, tooling, onChange, onBreak } = options;
    this.#mayFollow = options.mayFollow ?? (async () => true);
    this.changesSince = options.changesSince;
    this.timed = options.timed ?? ((_, work) => work());
    this.name = name;
    this.port = port;
    this.owner = owner;
    this.clock = clock;
    this.limiter = new ConcurrencyLimiter(clock);
    this.report = report;
    this.#store = new InventoryStore(port, { owner, tooling, cluster: name }, (count) => {
      const reason = `the inventory was lost: ${count} objects were found by their label`;
      report({ type: 'trouble', cluster: name, reason });
    });
    const onUnwatchable = (id: string, why: string) => {
      const reason = `cannot watch ${id.replace(/^\//, '')}: ${why}; listed every few seconds instead`;
      report({ type: 'trouble', cluster: name, reason });
    };
    const callbacks = { onChange, onBreak, onUnwatchable };
    this.cache = new ObjectCache({ port, names: owner.names, clock, ...callbacks });
    this.reachability = new Reachability(port, clock);
    this.definitions = new RecentDefinitions({ port, clock, serverNow: () => this.now });
    this.underWay = new UnderWay(clock, onBreak);
  }

  /** The fleet as it claims objects. */
  get claimant(): Claimant {
    return { owner: this.owner, others: this.others };
  }

  /** The time by the clock of the API server, in milliseconds since the epoch; by this machine's before its first answer. */
  get now(): number {
    return this.port.serverTime?.() ?? this.clock.now();
  }

  /** Returns the inventory. The member reads it from the cluster once, and again after each failed turn. */
  inventory(signal: AbortSignal): Promise<Inventory> {
    return this.timed('inventory', () => this.#store.read(signal));
  }

  /** API groups whose objects the inventory may lack, because the cluster lost it and did not list them. */
  get unlistedGroups(): readonly string[] {
    return this.#store.unlistedGroups;
  }

  /** What the inventory remembers of deletions (deletion-memory.ts). The caller must have read the inventory before. */
  get deletions(): string {
    return this.#store.deletions;
  }

  /** When the fleet claimed the inventory, RFC 3339; '' if it did not. The caller must have read the inventory. */
  get claimedAt(): string {
    return this.#store.claimedAt;
  }

  /** The commit for which a syncer last wrote, according to the inventory; '' if the inventory names no commit. The caller must have read the inventory. */
  get appliedCommit(): string {
    return this.#store.commit;
  }

  /**
   * The commit from which on changes may have deleted objects that the cluster still has; '' if no syncer has applied a
   * commit. The caller must have read the inventory.
   */
  get pendingSince(): string {
    return this.#store.pendingSince || this.#store.commit;
  }

  /** Reports whether the inventory has an object; true also if the member has not read the inventory. */
  mayKnow(key: ObjectKey): boolean {
    return this.#store.entries?.has(key) ?? true;
  }

  /** Makes the next turn read the inventory again. */
  forget(): void {
    this.#store.forget();
  }

  /**
   * Checks that the cluster does not go back to an older commit.
   *
   * @throws AheadError if Git does not show that `commit` descends from the commit in the inventory. The
   *   caller must have read the inventory before.
   */
  async expectBehind(commit: string, signal: AbortSignal): Promise<void> {
    const kept = await this.keptCommit(commit, signal);
    if (kept !== undefined) throw new AheadError(kept);
  }

  /**
   * Returns the commit in the inventory if syncers stay at it, because Git does not show that `commit` descends
   * from it. The caller must have read the inventory before.
   */
  async keptCommit(commit: string, signal: AbortSignal): Promise<string | undefined> {
    const applied = this.#store.commit;
    if (applied === '' || (await this.#mayFollow(applied, commit, signal))) return undefined;
    return applied;
  }

  /** Writes the parts of the inventory that changed. */
  save(entries: Inventory, commit: string, how?: SaveHow): Promise<void> {
    return this.timed('save', () => this.#store.save(entries, commit, how));
  }
}
