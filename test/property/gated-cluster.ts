import { ClusterError } from '#syncer/cluster-error.ts';
import type { ClusterPort, SendCheck } from '#syncer/ports/cluster.ts';
import type { FakeCluster } from '../syncer/fake-cluster.ts';

/** Passes the requests of one process on, delays them, or fails them all. */
export class Gate {
  #opened = Promise.resolve();
  #open: () => void = () => {};
  #isDead = false;

  close(): void {
    this.open();
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  kill(): void {
    this.#isDead = true;
    this.open();
  }

  async pass(): Promise<void> {
    await this.#opened;
    if (this.#isDead) throw new ClusterError('unreachable', 'this process has ended');
  }
}

/** Returns the cluster behind the gate. It runs the check of a write just before it sends the write. */
export function gated(
  cluster: FakeCluster,
  gate: Gate,
  applied: (value: number) => void,
): ClusterPort {
  return new Proxy(cluster, {
    get(_, name) {
      const value: unknown = Reflect.get(cluster, name, cluster);
      if (typeof value !== 'function' || name === 'forgetKinds') return value;
      if (name === 'serverTime') return value.bind(cluster);
      return async (...args: readonly unknown[]) => {
        await gate.pass();
        const check = args.findLast((arg) => typeof arg === 'function') as SendCheck | undefined;
        check?.();
        const [object, how] = args as readonly [Applied?, { readonly dryRun: boolean }?];
        const isWrite = name === 'apply' && how?.dryRun === false;
        if (isWrite && object?.metadata.name === 'a') applied(Number(object.data?.value));
        return value.apply(cluster, args);
      };
    },
  });
}

interface Applied {
  readonly metadata: { readonly name: string };
  readonly data?: { readonly value: string };
}
