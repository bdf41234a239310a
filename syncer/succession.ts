import type { AheadError } from './commit-order.ts';
import type { MemberLease } from './lease/member-lease.ts';
import type { Member } from './member.ts';
import { type Backoff, backoffMs } from './pace/backoff.ts';

/** How often a syncer whose commit is too old looks at the repository and the cluster. */
const aheadBackoff: Backoff = { firstMs: 2000, maxMs: 30_000 };

interface SuccessionOptions {
  readonly name: string;
  readonly member: Member;
  readonly lease: MemberLease;
  /** Fetches now. Resolves when what came is wanted of the loop, also when nothing could be fetched. */
  readonly refresh: () => Promise<void>;
}

/**
 * How a loop takes over a cluster from another syncer: it fetches before its first turn, and writes
 * nothing while the cluster is at a commit that its own does not go on from.
 */
export class Succession {
  readonly #options: SuccessionOptions;
  /** Since this syncer fetched, another one may have written to the cluster. */
  #isOvertaken = false;
  /** How often in a row the cluster was found at a commit that ours does not go on from. */
  #timesAhead = 0;

  constructor(options: SuccessionOptions) {
    this.#options = options;
  }

  /** Another syncer holds the Lease. */
  overtaken(): void {
    this.#isOvertaken = true;
  }

  /** The Lease was got. A syncer that has just started fetched a moment ago, any other fetches now. */
  async begin(): Promise<void> {
    if (this.#isOvertaken) await this.#options.refresh();
    this.#isOvertaken = true;
  }

  /** A turn was made: the cluster is at our commit. */
  completed(): void {
    this.#timesAhead = 0;
  }

  /**
   * Before the Lease is taken, by a syncer that was found too old: nothing has to keep it from others.
   *
   * @throws AheadError when it still is
   */
  async expectBehind(commit: string | undefined, stop: AbortSignal): Promise<void> {
    if (this.#timesAhead === 0 || commit === undefined) return;
    const { member } = this.#options;
    member.forget();
    await member.inventory(stop);
    await member.expectBehind(commit, stop);
  }

  /** Gives up the Lease and fetches. Resolves to the milliseconds after which to look again. */
  async wait(): Promise<number> {
    const { name, lease, refresh } = this.#options;
    await lease.yield();
    await refresh();
    return backoffMs(aheadBackoff, ++this.#timesAhead, name);
  }
}

/** Says why nothing is written. @param own - this syncer's commit */
export function aheadReason({ commit }: AheadError, own: string): string {
  const [theirs, ours] = [commit, own].map((id) => id.slice(0, 8));
  return `waits: the cluster is at ${theirs}, which is newer than or unknown to this syncer (${ours})`;
}
