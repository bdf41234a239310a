/** How a call ended. */
interface End {
  /** What the call threw; undefined when it succeeded. */
  readonly error?: unknown;
  readonly result?: unknown;
}

/**
 * Wraps `target` and reports every asynchronous call.
 *
 * @param begun - gets the name of the method at the start of each call, and returns a function that
 *   gets the result when the call ends
 */
export function instrument<T extends object>(
  target: T,
  begun: (method: string) => (end: End) => void,
): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: readonly unknown[]): unknown => {
        const ended = begun(name);
        const result: unknown = value.apply(target, args);
        if (result instanceof Promise) {
          result.then(
            (result) => ended({ result }),
            (error: unknown) => ended({ error: error ?? new Error(name) }),
          );
        }
        return result;
      };
    },
  });
}
