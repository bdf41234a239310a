import { ClusterError } from '#syncer/cluster-error.ts';

/** When a kill interrupts a call: before it reaches the cluster, or after, so that its answer is lost. */
export type Strike = 'before' | 'after';

/** The connection to a fake cluster: records its calls, and fails them if the syncer is killed or the cluster is down. */
export class FakeLine {
  readonly calls: string[] = [];
  readonly leaseCalls: string[] = [];
  #strike: { readonly at: number; readonly when: Strike } | undefined;
  down = false;

  kill(at: number, when: Strike): void {
    this.calls.length = 0;
    this.#strike = { at, when };
  }

  get killed(): boolean {
    return this.#strike !== undefined && this.calls.length > this.#strike.at;
  }

  /** Lets calls succeed again. */
  revive(): void {
    this.#strike = undefined;
  }

  async call<T>(what: string, work: () => T): Promise<T> {
    const isLease = what.includes('/Lease/');
    const index = (isLease ? this.leaseCalls : this.calls).push(what) - 1;
    if (this.down) throw new ClusterError('unreachable', 'connection refused');
    const strike = isLease ? undefined : this.#strike;
    const dead = () => new ClusterError('unreachable', 'killed');
    if (strike && (index > strike.at || (index === strike.at && strike.when === 'before'))) {
      throw dead();
    }
    const result = work();
    if (strike && index === strike.at) throw dead();
    return result;
  }
}
