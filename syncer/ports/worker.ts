/** What the syncer needs of a process that serves member clusters. */

/** How such a process ended. */
export interface WorkerEnd {
  /** Completes a sentence about the process, such as `ran out of memory`. */
  readonly reason: string;
  /** The cluster whose answer the process was reading; '' if it was reading none. */
  readonly cluster: string;
}

/** A process that serves member clusters. Both sides send values that structured clones can hold. */
export interface WorkerProcess {
  send(message: unknown): void;
  /** Sets the receiver of the messages from the process. */
  hear(heard: (message: unknown) => void): void;
  /**
   * Ends the process at once.
   *
   * @param reason - replaces the reason of its end, such as `did not answer for 60 s`
   */
  kill(reason?: string): void;
  /** Resolves after the process has ended and all of its messages were received. */
  readonly ended: Promise<WorkerEnd>;
}

/**
 * Starts a process, and resolves when it is ready.
 *
 * @throws Error when it cannot serve, for example because the kubeconfig is invalid
 */
export type StartWorker = () => Promise<WorkerProcess>;
