/** What the syncer needs of the machine that it runs on. */

/** Records when clusters last answered on this machine. Only people read the record, which may get lost. */
export interface SightingsPort {
  /** Milliseconds since the epoch. */
  last(cluster: string): Promise<number | undefined>;
  note(cluster: string, at: number): Promise<void>;
}

/** This process as a holder of Leases: its unique name, and where it runs ('' if unknown). */
export interface HolderPort {
  readonly name: string;
  readonly process: string;
  /** Reports whether a process has ended; false if this machine cannot know. */
  hasEnded(process: string): boolean;
}

/** The clocks of the machine. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a monotonic clock, which may stop while the machine is suspended. */
  uptime(): number;
  /** Rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Structured logs: data first, then a constant message. Bodies of objects are never logged: they may hold secrets. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
