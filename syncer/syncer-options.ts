import type { Redactor } from '#model/redaction.ts';
import type { FleetPort } from './ports/cluster.ts';
import type { Clock, HolderPort, Log } from './ports/machine.ts';
import type { CompilerPort, PublishingPort, SecretsPort } from './ports/source.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn } from './report/turns.ts';

/** The ports of a syncer. */
export interface SyncerPorts {
  readonly source: PublishingPort;
  /** Compiles every new commit first. Without it, commits must have rendered directories. */
  readonly compile?: CompilerPort;
  /** Decrypts objects that SOPS encrypted. Without it, the syncer refuses them. */
  readonly secrets?: SecretsPort;
  /** Maximum size of a cluster's directory in the memory of this process, in bytes; 256 MiB at most. */
  readonly maxDirectoryBytes?: number;
  /** Hides opened values in every text that leaves the syncer. */
  readonly redactor?: Redactor;
  readonly fleet: FleetPort;
  readonly clock: Clock;
  readonly holder: HolderPort;
  readonly log: Log;
  readonly report: ReportEvent;
  /** Called at the end of each turn of each cluster. */
  readonly turned?: OnTurn;
}

/** How a syncer works. */
export interface SyncerOptions {
  /** Interval between polls of the branch, in milliseconds. */
  readonly pollMs: number;
  /** Interval between full resyncs of each cluster, in milliseconds. */
  readonly resyncMs: number;
  /** The syncer's name and version, `regatta.dev/<version>`. */
  readonly tooling: string;
  /** Names of the clusters to sync; absent means all clusters that a commit renders. */
  readonly clusters?: readonly string[] | undefined;
  /** Whether clusters may go to a commit that does not descend from theirs. */
  readonly allowRewind?: boolean;
  /** Ids of fleets whose objects this fleet takes over; `unidentified` for an inventory that names none. */
  readonly takeOver?: readonly string[];
}
