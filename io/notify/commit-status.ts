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

/** Sets the commit status `regatta/<cluster>` on the commits that each cluster is synced to. */
export class CommitStatuses {
  readonly #forge: Forge;
  readonly #queue: DeliveryQueue;
  /** The last status that Regatta sent, by cluster. It sends only the first pending status of each commit. */
  readonly #sent = new Map<string, { readonly commit: string; readonly status: string }>();
  /** Source commits, by the rendered commit that `--compile` pushed. */
  readonly #sources = new Map<string, string>();

  constructor(forge: Forge, log: Log) {
    this.#forge = forge;
    this.#queue = new DeliveryQueue('commit status', log);
  }

  /** Remembers the source commit of each rendered commit that the syncer pushed. */
  heard(event: SyncEvent): void {
    if (event.type === 'published') this.#sources.set(event.commit, event.source);
  }

  /** Sets the status of a cluster on its commit, and on the source commit, if the status changed. */
  turned({ cluster, commit, state, reason }: TurnReport): void {
    if (commit === '') return;
    const description = reason === '' ? 'equals its directory' : reason;
    const status = JSON.stringify([state, description]);
    const before = this.#sent.get(cluster);
    if (before?.commit === commit && (before.status === status || state === 'working')) return;
    this.#sent.set(cluster, { commit, status });
    const source = this.#sources.get(commit);
    for (const target of source === undefined ? [commit] : [commit, source]) {
      const status = {
        commit: target,
        state: states[state],
        context: `regatta/${cluster}`,
        description,
      };
      this.#queue.post(statusRequest(this.#forge, status));
    }
  }

  /** Resolves when the forge has received all statuses, or after `ms` milliseconds. */
  close(ms: number): Promise<void> {
    return this.#queue.close(ms);
  }
}
