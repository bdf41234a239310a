/** Allocates cluster IPs and node ports to Services. */
import { itemsOf } from './kinds/fill.ts';
import type { ClusterFacts } from './kinds/strategy.ts';
import { numberAt, textAt } from './object.ts';
import type { Store } from './store/store.ts';

const firstNodePort = 30_000;

/**
 * Finds free values by searching the existing Services, so that deleting a Service releases its
 * own.
 */
export function clusterFacts(store: Store): ClusterFacts {
  return {
    allocateAddress(requested) {
      if (requested !== undefined) return requested;
      const used = new Set(store.list('services').map((one) => textAt(one, 'spec', 'clusterIP')));
      for (let host = 10; host < 65_535; host++) {
        const address = `10.96.${Math.floor(host / 256)}.${host % 256}`;
        if (!used.has(address)) return address;
      }
      return undefined;
    },
    allocateNodePort() {
      const ports = store.list('services').flatMap((one) => itemsOf(one.spec, 'ports'));
      const used = new Set(ports.map((port) => numberAt(port, 'nodePort')));
      let port = firstNodePort;
      while (used.has(port)) port++;
      return port;
    },
  };
}
