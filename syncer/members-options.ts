import type { Redactor } from '#model/redaction.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { Clock, HolderPort, Log } from './ports/machine.ts';
import type { SecretsPort, SourcePort } from './ports/source.ts';

/** The ports of the part of a syncer that serves the member clusters. */
export interface MembersPorts {
  readonly source: SourcePort;
  /** Decrypts objects that SOPS encrypted. Without it, the syncer refuses them. */
  readonly secrets?: SecretsPort;
  /** Maximum size of a cluster's directory in the memory of this process, in bytes; 256 MiB at most. */
  readonly maxDirectoryBytes?: number;
  /** Hides opened values in every text that leaves the members. */
  readonly redactor?: Redactor;
  readonly fleet: FleetPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  readonly log: Log;
}

/** How a syncer serves the member clusters. */
export interface MembersOptions {
  /** Interval between full resyncs of each cluster, in milliseconds. */
  readonly resyncMs: number;
  /** The syncer's name and version, `regatta.dev/<version>`. */
  readonly tooling: string;
  /** Names of the clusters to sync; absent means all clusters that a commit renders. */
  readonly clusters?: readonly string[] | undefined;
  /** Ids of fleets whose objects this fleet takes over; `unidentified` for an inventory that names none. */
  readonly takeOver?: readonly string[];
}
