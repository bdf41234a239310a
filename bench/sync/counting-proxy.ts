import { ApiProxy } from '#test/api/proxy.ts';

/** Number of requests that a client sent, and how many of them write. */
export interface Counts {
  readonly requests: number;
  readonly writes: number;
}

/** Requests for the Lease, which the syncer sends even if it has nothing to sync. */
const leases = '/apis/coordination.k8s.io/';

/** Counts the requests to an API server, except those for the Lease. */
export class CountingProxy {
  readonly #proxy: ApiProxy;
  #counts: Counts = { requests: 0, writes: 0 };

  private constructor(proxy: ApiProxy) {
    this.#proxy = proxy;
    proxy.intercept = ({ method, url = '' }) => {
      if (url.startsWith(leases)) return false;
      const { requests, writes } = this.#counts;
      this.#counts = { requests: requests + 1, writes: writes + (method === 'GET' ? 0 : 1) };
      return false;
    };
  }

  static async open(kubeconfig: string, member: string): Promise<CountingProxy> {
    return new CountingProxy(await ApiProxy.open(kubeconfig, member));
  }

  get kubeconfig(): string {
    return this.#proxy.kubeconfig;
  }

  /** Returns the requests since the last call. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = { requests: 0, writes: 0 };
    return counts;
  }

  close(): void {
    this.#proxy.close();
  }
}
