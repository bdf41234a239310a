/** One run of `regatta`. */
export interface CommandRun {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a run printed, and its exit status; null if the process ended by itself. */
export interface CommandReply {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
