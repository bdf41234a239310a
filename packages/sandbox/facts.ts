/** Addresses and node ports that a cluster hands out to its Services. */
import { itemsOf } from './kinds/fill.ts';
import type { ClusterFacts } from './kinds/strategy.ts';
import { numberAt, textAt } from './object.ts';
import type { Store } from './store/store.ts';

const firstNodePort = 30_000;

/** Finds what is free by looking at the Services that there are, so that nothing has to be given back. */
export function clusterFacts(store: Store): ClusterFacts {
  return {
    allocateAddress(wanted) {
      if (wanted !== undefined) return wanted;
      const taken = new Set(store.list('services').map((one) => textAt(one, 'spec', 'clusterIP')));
      for (let host = 10; host < 65_535; host++) {
        const address = `10.96.${Math.floor(host / 256)}.${host % 256}`;
        if (!taken.has(address)) return address;
      }
      return undefined;
    },
    allocateNodePort() {
      const ports = store.list('services').flatMap((one) => itemsOf(one.spec, 'ports'));
      const taken = new Set(ports.map((port) => numberAt(port, 'nodePort')));
      let port = firstNodePort;
      while (taken.has(port)) port++;
      return port;
    },
  };
}
