import { ClusterError } from '#syncer/cluster-error.ts';
import type { ClusterPort, FleetPort } from '#syncer/ports/cluster.ts';
import type { SourcePort } from '#syncer/ports/source.ts';
import { instrument } from '../instrument.ts';

/** Told of each call to a member: the method, and `ok` or the reason of its failure. */
export type OnCall = (cluster: string, call: string, result: string) => void;

/** The same fleet; what is asked of its clusters is told. */
export function instrumentFleet(fleet: FleetPort, called: OnCall): FleetPort {
  return {
    get clusters() {
      return fleet.clusters;
    },
    connect: (cluster) =>
      instrument<ClusterPort>(fleet.connect(cluster), (call) => ({ error }) => {
        // A stop ends calls, and is no news.
        if (error instanceof ClusterError) called(cluster, call, error.reason);
        else if (error === undefined) called(cluster, call, 'ok');
      }),
  };
}

/** The same source; each look at the repository is told, with whether it could be read. */
export function instrumentSource<S extends SourcePort>(
  source: S,
  polled: (isRead: boolean) => void,
): S {
  return instrument(source, (call) => ({ error }) => {
    if (call === 'fetch') polled(error === undefined);
  });
}
