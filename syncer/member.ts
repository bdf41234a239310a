import { parentRef, systemNamespace } from './applyset.ts';
import type { ReportEvent } from './events.ts';
import { Fights } from './fight.ts';
import {
  type Inventory,
  type InventoryStamp,
  parentOf,
  readParent,
  type StoredInventory,
} from './inventory.ts';
import type { Clock, ClusterPort } from './ports.ts';
import { type OnChange, View } from './view.ts';

/** What a member's loop is given. */
export interface MemberOptions {
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly report: ReportEvent;
  /** `regatta/<version>`, told to other users of the ApplySet. */
  readonly tooling: string;
  readonly onChange: OnChange;
  readonly onBreak: () => void;
}

/** One member cluster as its loop holds it: the way to it, and what is known of it. */
export class Member {
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly report: ReportEvent;
  readonly view: View;
  readonly fights: Fights = new Fights();
  readonly #tooling: string;
  #stored: StoredInventory | undefined;

  constructor({ name, port, clock, report, tooling, onChange, onBreak }: MemberOptions) {
    this.name = name;
    this.port = port;
    this.clock = clock;
    this.report = report;
    this.#tooling = tooling;
    this.view = new View(port, onChange, onBreak);
  }

  /** The inventory, read from the cluster once and after every trouble. */
  async inventory(signal: AbortSignal): Promise<Inventory> {
    this.#stored ??= readParent(await this.port.read(parentRef, signal));
    return this.#stored.entries;
  }

  /** What is remembered may be wrong: the next turn reads it again. */
  forget(): void {
    this.#stored = undefined;
  }

  /** Writes the inventory when it differs from what the cluster has. */
  async save(entries: Inventory, stamp: Omit<InventoryStamp, 'tooling'>): Promise<void> {
    const stored = this.#stored;
    if (stored !== undefined && sameEntries(entries, stored.entries)) return;
    if (stored === undefined) throw new Error('the inventory is saved before it was read');
    const parent = parentOf(entries, { ...stamp, tooling: this.#tooling }, stored.resourceVersion);
    if (stored.resourceVersion === '') await this.#makeNamespace();
    const { object } = await this.port.apply(parent, { dryRun: false }, unstoppable);
    this.#stored = { entries, resourceVersion: String(object.metadata.resourceVersion ?? '') };
  }

  async #makeNamespace(): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
    await this.port.apply(namespace, { dryRun: false }, unstoppable);
  }
}

/** For writes: a stop lets the object in hand finish. Their time is bounded by the port. */
export const unstoppable: AbortSignal = new AbortController().signal;

function sameEntries(a: Inventory, b: Inventory): boolean {
  if (a.size !== b.size) return false;
  return a.entries().every(([key, { version, digest, fields }]) => {
    const other = b.get(key);
    return other?.version === version && other.digest === digest && other.fields === fields;
  });
}
