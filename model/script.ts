/** Running scripts that a repository brings along: what the compiler asks of who runs them. */

/** A function that a script may call; `values` are its arguments, undefined for nil. */
export type HostFunction = (...values: readonly unknown[]) => HostResult;

export type HostResult =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string };

export interface ScriptCall {
  /** Names the script in messages. */
  readonly name: string;
  readonly source: string;
  /** The function that the script defines. */
  readonly entry: string;
  /** JSON values; null and undefined become nil. */
  readonly values: readonly unknown[];
  /** How many results to take. */
  readonly results: number;
}

export type ScriptResult =
  /** JSON values, undefined for nil; an empty table is an empty list. */
  | { readonly type: 'returned'; readonly values: readonly unknown[] }
  | { readonly type: 'failed'; readonly message: string };

/**
 * Runs scripts apart from everything: each call starts afresh, sees no clock, file or chance, and
 * ends after so many steps and so much memory. Equal calls have equal results.
 */
export interface ScriptEngine {
  readonly call: (
    call: ScriptCall,
    library: Readonly<Record<string, HostFunction>>,
  ) => ScriptResult;
  /** What is wrong with the syntax of a script, undefined when nothing is. */
  readonly faultOf: (name: string, source: string) => string | undefined;
}
