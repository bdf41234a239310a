import { ClusterError } from '#syncer/cluster-error.ts';
import type { ClusterPort, FleetPort } from '#syncer/ports/cluster.ts';
import type { SourcePort } from '#syncer/ports/source.ts';
import { instrument } from '../instrument.ts';

/** Receives each call to a member: the method, and `ok` or the reason of the failure. */
export type OnCall = (cluster: string, call: string, result: string) => void;

/** Wraps a fleet, and reports every call to its clusters. */
export function instrumentFleet(fleet: FleetPort, called: OnCall): FleetPort {
  return {
    get clusters() {
      return fleet.clusters;
    },
    connect: (cluster) =>
      instrument<ClusterPort>(fleet.connect(cluster), (call) => ({ error }) => {
        // Other errors come from a stop of the syncer, which is not a failed call.
        if (error instanceof ClusterError) called(cluster, call, error.reason);
        else if (error === undefined) called(cluster, call, 'ok');
      }),
  };
}

/** Wraps a source, and reports every poll of the repository and whether it succeeded. */
export function instrumentSource<S extends SourcePort>(
  source: S,
  polled: (isRead: boolean) => void,
): S {
  return instrument(source, (call) => ({ error }) => {
    if (call === 'fetch') polled(error === undefined);
  });
}
