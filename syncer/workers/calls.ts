import * as v from 'valibot';
import { errorMessage } from '#model/error.ts';

/** The id of a call that needs no answer. */
const unanswered = 0;

const messageSchema = v.variant('type', [
  v.object({
    type: v.literal('call'),
    id: v.number(),
    method: v.string(),
    args: v.array(v.unknown()),
  }),
  v.object({ type: v.literal('cancel'), id: v.number() }),
  v.object({
    type: v.literal('answer'),
    id: v.number(),
    value: v.optional(v.unknown()),
    error: v.optional(v.string()),
  }),
]);
type Message = v.InferOutput<typeof messageSchema>;
type Call = Extract<Message, { type: 'call' }>;

/** Answers a call. The signal aborts when the caller no longer waits for the answer. */
export type Method = (args: readonly unknown[], signal: AbortSignal) => unknown;

/** Returns a method that expects arguments of this shape. */
export function method<S extends v.GenericSchema<unknown, readonly unknown[]>>(
  shape: S,
  work: (args: v.InferOutput<S>, signal: AbortSignal) => unknown,
): Method {
  return (args, signal) => work(v.parse(shape, args), signal);
}

/** The other process has ended. */
export class EndedError extends Error {
  override name = 'EndedError';
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls between two processes, in both directions. */
export class Calls {
  readonly #send: (message: Message) => void;
  readonly #methods: Readonly<Record<string, Method>>;
  #lastId: number = unanswered;
  readonly #asked = new Map<number, Asked>();
  readonly #answering = new Map<number, AbortController>();

  constructor(send: (message: unknown) => void, methods: Readonly<Record<string, Method>>) {
    this.#send = send;
    this.#methods = methods;
  }

  /**
   * Handles a message of the other process.
   *
   * @throws Error when the message is invalid, or when a call that needs no answer fails
   */
  heard(value: unknown): void {
    const message = v.parse(messageSchema, value);
    if (message.type === 'cancel') this.#answering.get(message.id)?.abort();
    else if (message.type === 'call') this.#answer(message);
    else {
      const { id, value: result, error } = message;
      if (error === undefined) this.#asked.get(id)?.resolve(result);
      else this.#asked.get(id)?.reject(new Error(error));
    }
  }

  /** Calls a method, and does not wait for an answer. */
  notify(name: string, ...args: readonly unknown[]): void {
    this.#send({ type: 'call', id: unanswered, method: name, args: [...args] });
  }

  /**
   * Calls a method.
   *
   * @throws Error with the message of the other process, EndedError, or the reason of `signal`
   */
  async call(name: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    const { promise, ...asked } = Promise.withResolvers<unknown>();
    const id = ++this.#lastId;
    const cancel = () => {
      this.#send({ type: 'cancel', id });
      asked.reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel);
    this.#asked.set(id, asked);
    this.#send({ type: 'call', id, method: name, args: [...args] });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#asked.delete(id);
    }
  }

  /** Ends all calls, because the other process has ended. */
  end(): void {
    for (const { reject } of this.#asked.values()) reject(new EndedError('the process has ended'));
    for (const controller of this.#answering.values()) controller.abort();
  }

  #answer({ id, method: name, args }: Call): void {
    const work = this.#methods[name];
    if (work === undefined) throw new Error(`no such method: ${name}`);
    const controller = new AbortController();
    if (id === unanswered) return void work(args, controller.signal);
    this.#answering.set(id, controller);
    Promise.try(work, args, controller.signal)
      .then(
        (value) => this.#send({ type: 'answer', id, value }),
        (error: unknown) => this.#send({ type: 'answer', id, error: errorMessage(error) }),
      )
      .finally(() => this.#answering.delete(id));
  }
}
