import { createHash } from 'node:crypto';
import { type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { ClusterError } from './cluster-error.ts';
import { membersOf } from './inventory/find-members.ts';
import { groupKind } from './observe/group-kind.ts';
import type { FleetNames } from './ownership/names.ts';
import type { ClusterPort, KindRef, ObjectQuery } from './ports/cluster.ts';
import type { Clock } from './ports/machine.ts';

/** Minimum time between the starts of two rounds, which a hash of the cluster's name lengthens by up to a tenth; milliseconds. */
const everyMs = 3_600_000;

/** Time between the lists of a round, in milliseconds. With five lists in five minutes, no cluster notices a round. */
const paceMs = 60_000;

/** Maximum number of orphans that the syncer remembers to have reported. */
const mostReported = 1000;

interface OrphanSearchOptions {
  readonly cluster: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly names: FleetNames;
  /** The kinds whose objects the syncer observes anyway. */
  readonly watched: () => readonly ObjectQuery[];
  /** Reports whether the inventory has an object; true also if the syncer has not read the inventory. */
  readonly isKnown: (key: ObjectKey) => boolean;
  /** Called once with each orphan. */
  readonly onFound: (orphan: KubeObject) => void;
}

/**
 * Looks for objects that the fleet applied, but that its inventory lacks, among the kinds that the syncer does not
 * observe: one list of metadata a minute, from the cache of the API server. Writes nothing.
 */
export class OrphanSearch {
  readonly #options: OrphanSearchOptions;
  readonly #periodMs: number;
  readonly #reported = new Set<string>();

  constructor(options: OrphanSearchOptions) {
    this.#options = options;
    const [byte = 0] = createHash('sha256').update(options.cluster).digest();
    this.#periodMs = Math.round(everyMs * (1 + byte / 2560));
  }

  /** Searches until stopped. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const sleep = (ms: number) => clock.sleep(Math.max(0, ms), stop).catch(() => {});
    let dueAt = clock.now() + this.#periodMs;
    while (!stop.aborted) {
      await sleep(dueAt - clock.now());
      if (stop.aborted) return;
      dueAt = clock.now() + this.#periodMs;
      for (const kind of await this.#kinds(stop)) {
        await this.#search(kind, stop);
        await sleep(paceMs);
        if (stop.aborted) return;
      }
    }
  }

  /** Returns the kinds of a round. It starts at another kind each time, so that restarts leave out none for long. */
  async #kinds(stop: AbortSignal): Promise<readonly KindRef[]> {
    const { port, clock, watched } = this.#options;
    const observed = new Set(watched().map(({ kind }) => groupKind(kind)));
    // Without a watch, another syncer holds the cluster.
    if (observed.size === 0) return [];
    const found = await answered(() => port.discover(stop), stop);
    const kinds = found?.kinds.filter((kind) => !observed.has(groupKind(kind))) ?? [];
    const from = kinds.length === 0 ? 0 : Math.floor(clock.now() / paceMs) % kinds.length;
    return [...kinds.slice(from), ...kinds.slice(0, from)];
  }

  async #search(kind: KindRef, stop: AbortSignal): Promise<void> {
    const { port, names, isKnown, onFound } = this.#options;
    const query = { kind, mayBeOld: true } as const;
    const members = await answered(() => membersOf(port, names, query, stop), stop);
    if (members === undefined || members instanceof ClusterError) return;
    for (const object of members) {
      const { uid, deletionTimestamp } = object.metadata;
      if (isKnown(keyOf(object)) || deletionTimestamp !== undefined) continue;
      if (this.#reported.has(String(uid)) || this.#reported.size >= mostReported) continue;
      this.#reported.add(String(uid));
      onFound(object);
    }
  }
}

/** Returns an answer of the cluster; undefined if it does not answer. The turns find out why. */
async function answered<T>(ask: () => Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!stop.aborted && !(error instanceof ClusterError)) throw error;
    return undefined;
  }
}
