/** The interface between the compiler and the engine that runs the repository's scripts. */

/** A function that scripts can call. `values` are its arguments; nil becomes undefined. */
export type HostFunction = (...values: readonly unknown[]) => HostResult;

export type HostResult =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string };

export interface ScriptCall {
  /** Name of the script in messages. */
  readonly name: string;
  readonly source: string;
  /** The function of the script to call. */
  readonly entry: string;
  /** JSON values; null and undefined become nil. */
  readonly values: readonly unknown[];
  /** Number of results to return. */
  readonly results: number;
}

export type ScriptResult =
  /** JSON values. nil becomes undefined, and an empty table an empty list. */
  | { readonly type: 'returned'; readonly values: readonly unknown[] }
  | { readonly type: 'failed'; readonly message: string };

/**
 * Runs scripts in isolation. Each call starts with fresh state, without a clock, files or randomness,
 * and with limited steps and memory. Equal calls have equal results.
 */
export interface ScriptEngine {
  readonly call: (
    call: ScriptCall,
    library: Readonly<Record<string, HostFunction>>,
  ) => ScriptResult;
  /** Returns the syntax error of a script, or undefined if it is valid. */
  readonly faultOf: (name: string, source: string) => string | undefined;
}
