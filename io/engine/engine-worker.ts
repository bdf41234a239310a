import { Worker } from 'node:worker_threads';
import { type EngineName, engineLimits } from './call.ts';
import { type EngineEnd, faultFrom } from './fault.ts';

/** The message that asks a thread for an answer. */
export interface ThreadRequest {
  readonly request: Uint8Array<ArrayBuffer>;
  readonly seed: Uint8Array | undefined;
}

/** The message that lets a thread answer a request without a reply, so that V8 compiles what other answers need. */
export interface ThreadExample {
  readonly example: Uint8Array<ArrayBuffer>;
}

export type ThreadReply =
  | {
      readonly type: 'answered';
      readonly answer: Uint8Array<ArrayBuffer>;
      readonly randomBytes: number;
    }
  | ({ readonly type: 'failed' } & EngineEnd);

/** Interval between two measurements of a thread's processor time, in milliseconds. */
const lookMs = 500;

/**
 * Runs one engine in a thread. It answers one request after the other, and keeps the process alive
 * only during a request. The caller must stop it after a failure.
 */
export class EngineWorker {
  readonly #thread: Worker;
  readonly #processorMs: number;
  #hasEnded = false;

  /**
   * @param engine - a compiled module, or the engine that the thread loads itself
   * @param processorMs - maximum processor time of one request, in milliseconds
   */
  constructor(engine: WebAssembly.Module | EngineName, processorMs: number) {
    // The build puts the thread's bundle beside this chunk.
    const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
    this.#thread = new Worker(new URL(`engine-thread.${extension}`, import.meta.url), {
      workerData: engine,
      resourceLimits: { stackSizeMb: engineLimits.stackMb },
    });
    // `answer` handles the errors of its request, and between requests nothing can fail.
    this.#thread.on('error', () => {});
    this.#thread.on('exit', () => {
      this.#hasEnded = true;
    });
    this.#thread.unref();
    this.#processorMs = processorMs;
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  /** Lets the thread answer a request that has no caller. */
  prepare(example: ThreadExample['example']): void {
    this.#thread.postMessage({ example } satisfies ThreadExample, [example.buffer]);
  }

  /** Sends a request to the thread. Resolves to a failure when the thread ends or uses up its processor time. */
  async answer({ request, seed }: ThreadRequest): Promise<ThreadReply> {
    const thread = this.#thread;
    if (this.#hasEnded) return { type: 'failed', fault: 'crashed', detail: 'the thread has ended' };
    thread.ref();
    const { promise, resolve } = Promise.withResolvers<ThreadReply>();
    const fail = (error: unknown) => resolve({ type: 'failed', ...endOfThread(error) });
    const exit = (code: number) => fail(new Error(`the thread ended with status ${code}`));
    const watch = new AbortController();
    try {
      thread.once('message', resolve).once('error', fail).once('exit', exit);
      thread.postMessage({ request, seed } satisfies ThreadRequest, [request.buffer]);
      const late = this.#lateAfter(watch.signal);
      return await Promise.race([promise, late]);
    } finally {
      watch.abort();
      thread.off('message', resolve).off('error', fail).off('exit', exit);
      thread.unref();
    }
  }

  /** Resolves when the request has used up its processor time; after an abort it never resolves. */
  async #lateAfter(signal: AbortSignal): Promise<ThreadReply> {
    const start = await this.#processorTime();
    for (;;) {
      await delay(Math.min(lookMs, this.#processorMs));
      if (signal.aborted) return new Promise(() => {});
      if ((await this.#processorTime()) - start >= this.#processorMs) {
        const seconds = Math.round(this.#processorMs / 1000);
        return { type: 'failed', fault: 'too-slow', detail: `more than ${seconds} s` };
      }
    }
  }

  /** Returns the thread's processor time in milliseconds; 0 when the thread has ended. */
  async #processorTime(): Promise<number> {
    try {
      const { user, system } = await this.#thread.cpuUsage();
      return (user + system) / 1000;
    } catch {
      return 0;
    }
  }
}

/** Explains the end of a thread. Node also ends a thread whose JavaScript heap is full. */
function endOfThread(error: unknown): EngineEnd {
  const isFull = error instanceof Error && 'code' in error && error.code === outOfMemory;
  return isFull ? { fault: 'too-large', detail: error.message } : faultFrom(error);
}

const outOfMemory = 'ERR_WORKER_OUT_OF_MEMORY';

function delay(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms).unref();
  return promise;
}
