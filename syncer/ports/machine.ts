/** What the syncer needs of the machine that it runs on. */

/** When clusters have last answered on this machine, as a help for people; it may be forgotten. */
export interface SightingsPort {
  /** Milliseconds since the epoch. */
  last(cluster: string): Promise<number | undefined>;
  note(cluster: string, at: number): Promise<void>;
}

/** Who this process is as a holder of Leases: by a name of its own, and by where it runs ('' if unknown). */
export interface HolderPort {
  readonly name: string;
  readonly process: string;
  /** Whether the process that told this of itself has ended; false if that can't be known here. */
  hasEnded(process: string): boolean;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment; nobody sets it, but it may stand still while the machine sleeps. */
  uptime(): number;
  /** Rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Structured logs: data first, a constant message. Never an object's body: Secrets live there. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
