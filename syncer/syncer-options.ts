import type { Redactor } from '#model/redaction.ts';
import type { OpenMembers } from './members-port.ts';
import type { Clock, Log } from './ports/machine.ts';
import type { CompilerPort, PublishingPort } from './ports/source.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn } from './report/turns.ts';

/** The ports of a syncer. */
export interface SyncerPorts {
  readonly source: PublishingPort;
  /** Compiles every new commit first. Without it, commits must have rendered directories. */
  readonly compile?: CompilerPort;
  /** Opens the part of the syncer that serves the member clusters. */
  readonly openMembers: OpenMembers;
  /** Hides secret values in every text that leaves the syncer. */
  readonly redactor?: Redactor;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: ReportEvent;
  /** Called at the end of each turn of each cluster. */
  readonly turned?: OnTurn | undefined;
}

/** How a syncer follows its repository. */
export interface SyncerOptions {
  /** Interval between polls of the branch, in milliseconds. */
  readonly pollMs: number;
  /** Names of the clusters to sync; absent means all clusters that a commit renders. */
  readonly clusters?: readonly string[] | undefined;
  /** Whether clusters may go to a commit that does not descend from theirs. */
  readonly allowRewind?: boolean;
}
