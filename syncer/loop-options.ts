import type { KubeObject, ObjectKey } from '#model/object.ts';
import type { MayFollow } from './commit-order.ts';
import type { Health } from './health/rule.ts';
import type { ClusterPort } from './ports/cluster.ts';
import type { Clock, HolderPort, Log } from './ports/machine.ts';
import type { ReportEvent } from './report/events.ts';
import type { OnTurn } from './report/turns.ts';

/** An object that Git wants and that is not ready. */
export interface UnreadyObject {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  readonly health: Health;
}

export interface LoopOptions {
  readonly name: string;
  readonly port: ClusterPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: HolderPort;
  readonly report: ReportEvent;
  /** Told of each turn, when it has ended. */
  readonly turned?: OnTurn | undefined;
  readonly tooling: string;
  /** Whether a commit may follow the one that the cluster is at. */
  readonly mayFollow: MayFollow;
  /** Fetches now. Resolves when what came is wanted of the loops, also when nothing could be fetched. */
  readonly refresh: () => Promise<void>;
  /** How often everything is looked at anew, in milliseconds. */
  readonly resyncMs: number;
  /** Called after each turn and each change of an object's health. */
  readonly onProgress: () => void;
}
