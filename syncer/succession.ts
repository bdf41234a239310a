import type { AheadError } from './commit-order.ts';
import type { MemberLease } from './lease/member-lease.ts';
import type { Member } from './member.ts';
import { type Backoff, backoffMs } from './pace/backoff.ts';

/** Pauses after which a syncer whose commit is too old reads the repository and the cluster again. */
const aheadBackoff: Backoff = { firstMs: 2000, maxMs: 30_000 };

interface SuccessionOptions {
  readonly name: string;
  readonly member: Member;
  readonly lease: MemberLease;
  /** Fetches now. Resolves after the loop has the result, also when the fetch failed. */
  readonly refresh: () => Promise<void>;
}

/**
 * Takes over a cluster from another syncer: fetches before the first turn, and writes nothing while
 * the cluster is at a commit that the syncer's own does not descend from.
 */
export class Succession {
  readonly #options: SuccessionOptions;
  /** True when another syncer may have written to the cluster since this one fetched. */
  #isOvertaken = false;
  /** Consecutive times that the cluster was at a commit that the syncer's own does not descend from. */
  #timesAhead = 0;

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  /** Records that another syncer holds the Lease. */
  overtaken(): void {
    this.#isOvertaken = true;
  }

  /** Fetches after the syncer has acquired the Lease. A syncer that has just started skips this, because it fetched a moment ago. */
  async begin(): Promise<void> {
    if (this.#isOvertaken) await this.#options.refresh();
    this.#isOvertaken = true;
  }

  /** Records a completed turn: the cluster is at the syncer's commit. */
  completed(): void {
    this.#timesAhead = 0;
  }

  /**
   * Checks again, before the syncer acquires the Lease, whether its commit is too old, because a syncer that
   * cannot write must not keep the Lease from others.
   *
   * @throws AheadError if the commit is too old
   */
  async expectBehind(commit: string | undefined, stop: AbortSignal): Promise<void> {
    if (this.#timesAhead === 0 || commit === undefined) return;
    const { member } = this.#options;
    member.forget();
    await member.inventory(stop);
    await member.expectBehind(commit, stop);
  }

  /** Releases the Lease and fetches. Resolves to the milliseconds after which to check again. */
  async wait(): Promise<number> {
    const { name, lease, refresh } = this.#options;
    await lease.yield();
    await refresh();
    return backoffMs(aheadBackoff, ++this.#timesAhead, name);
  }
}

/**
 * Returns why the syncer writes nothing.
 *
 * @param own - the syncer's commit
 */
export function aheadReason({ commit }: AheadError, own: string): string {
  const [theirs, ours] = [commit, own].map((id) => id.slice(0, 8));
  return `waits: the cluster is at ${theirs}, which is newer than or unknown to this syncer (${ours})`;
}
