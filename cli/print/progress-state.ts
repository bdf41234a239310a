/** The memory that the main thread and the thread that shows progress share. */

/** Progress shows after this time, in milliseconds. */
export const firstMs = 1000;

/** The states of the line on the terminal. */
export const states = { clear: 0, drawing: 1, drawn: 2, ended: 3 } as const;

export interface ProgressData {
  /** The state of the line, and a number that changes when the work has ended. */
  readonly state: Int32Array;
  /** The activity of the command, such as `compiling`. */
  readonly what: string;
  /** In milliseconds since the epoch. */
  readonly started: number;
}
