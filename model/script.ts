/** The interface between the compiler and the engine that runs the repository's scripts. */

/** A function that scripts can call. `values` are its arguments; nil becomes undefined. */
export type HostFunction = (...values: readonly unknown[]) => HostResult;

/** The result of a call of a host function. */
export type HostResult =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string };

/** One call of a function of a script. */
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

/** The result of a script call. */
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
  /** Returns the syntax error of a script; undefined if the script is valid. */
  readonly faultOf: (name: string, source: string) => string | undefined;
}
