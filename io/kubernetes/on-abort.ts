import { addAbortListener } from 'node:events';

/** The functions that wait for one signal, and the only listener of that signal. */
interface Waiting {
  readonly calls: Set<() => void>;
  readonly listener: Disposable;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls a function when a signal aborts, until the result is disposed. Concurrent callers share one listener, because
 * Node.js compares each new listener with all others of the signal.
 *
 * The listener has no `signal` option: Node.js (tried: 24.21) may collect what would remove it, if several listeners of
 * one signal have the option. The listener would then keep its function for as long as the signal exists.
 */
export function onAbort(signal: AbortSignal, call: () => void): Disposable {
  if (signal.aborted) return addAbortListener(signal, call);
  const { calls, listener } = waiting.get(signal) ?? listenTo(signal);
  // Each caller has an entry of its own, also if it passes the function of another one.
  const own = () => call();
  calls.add(own);
  return {
    [Symbol.dispose]: () => {
      calls.delete(own);
      // A listener keeps a signal that follows others alive.
      if (calls.size > 0 || waiting.get(signal)?.calls !== calls) return;
      waiting.delete(signal);
      listener[Symbol.dispose]();
    },
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const calls = new Set<() => void>();
  const listener = addAbortListener(signal, () => {
    for (const call of calls) call();
  });
  const made = { calls, listener };
  waiting.set(signal, made);
  return made;
}
