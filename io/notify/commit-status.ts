import type { Log } from '#syncer/ports/machine.ts';
import type { SyncEvent } from '#syncer/report/events.ts';
import type { TurnReport } from '#syncer/report/turns.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { type Forge, type StatusState, statusRequest } from './forge.ts';

const states: Readonly<Record<TurnReport['state'], StatusState>> = {
  synced: 'success',
  working: 'pending',
  stalled: 'failure',
};

/** Sets a status for each cluster, `regatta/<cluster>`, on the commits that it is brought to. */
export class CommitStatuses {
  readonly #forge: Forge;
  readonly #queue: DeliveryQueue;
  /** By cluster, what was told last; of work under way only the first of a commit. */
  readonly #told = new Map<string, { readonly commit: string; readonly told: string }>();
  /** By commit that `--compile` has pushed, the one that it was made of. */
  readonly #sources = new Map<string, string>();

  constructor(forge: Forge, log: Log) {
    this.#forge = forge;
    this.#queue = new DeliveryQueue('commit status', log);
  }

  heard(event: SyncEvent): void {
    if (event.type === 'published') this.#sources.set(event.commit, event.source);
  }

  turned({ cluster, commit, state, reason }: TurnReport): void {
    if (commit === '') return;
    const description = reason === '' ? 'equals its directory' : reason;
    const told = JSON.stringify([state, description]);
    const before = this.#told.get(cluster);
    if (before?.commit === commit && (before.told === told || state === 'working')) return;
    this.#told.set(cluster, { commit, told });
    const source = this.#sources.get(commit);
    for (const of of source === undefined ? [commit] : [commit, source]) {
      const status = {
        commit: of,
        state: states[state],
        context: `regatta/${cluster}`,
        description,
      };
      this.#queue.post(statusRequest(this.#forge, status));
    }
  }

  /** Resolves when all is told, or so many milliseconds later. */
  close(ms: number): Promise<void> {
    return this.#queue.close(ms);
  }
}
