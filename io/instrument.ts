/** How a call ended. */
interface End {
  /** Undefined when it went well. */
  readonly error?: unknown;
  readonly result?: unknown;
}

/**
 * The same object, of whose asynchronous methods is told.
 *
 * @param begun - told of each call, by name; what it returns is told how the call ended
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
