import { Worker } from 'node:worker_threads';
import { engineLimits } from './call.ts';
import { type EngineEnd, faultFrom } from './fault.ts';

export interface ThreadRequest {
  readonly request: Uint8Array<ArrayBuffer>;
  readonly seed: Uint8Array | undefined;
}

export type ThreadReply =
  | {
      readonly type: 'answered';
      readonly answer: Uint8Array<ArrayBuffer>;
      readonly randomBytes: number;
    }
  | ({ readonly type: 'failed' } & EngineEnd);

/** How often the processor time of a working thread is read, in milliseconds. */
const lookMs = 500;

/**
 * One engine in a thread of its own. It answers one request at a time, keeps the process alive only
 * while it does, and must be stopped after a failure.
 */
export class EngineWorker {
  readonly #thread: Worker;
  readonly #processorMs: number;

  /** @param processorMs - the processor time that one request may take */
  constructor(module: WebAssembly.Module, processorMs: number) {
    // The build bundles the thread beside the chunk that this is in.
    const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
    this.#thread = new Worker(new URL(`engine-thread.${extension}`, import.meta.url), {
      workerData: module,
      resourceLimits: { stackSizeMb: engineLimits.stackMb },
    });
    // An error is an answer to the request at hand; between requests nothing can fail.
    this.#thread.on('error', () => {});
    this.#thread.unref();
    this.#processorMs = processorMs;
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  async answer({ request, seed }: ThreadRequest): Promise<ThreadReply> {
    const thread = this.#thread;
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

  /** Resolves when the thread has used up the processor time of one request; never when aborted. */
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

  /** In milliseconds; 0 when the thread has ended. */
  async #processorTime(): Promise<number> {
    try {
      const { user, system } = await this.#thread.cpuUsage();
      return (user + system) / 1000;
    } catch {
      return 0;
    }
  }
}

/** Node ends a thread whose own heap, beside the engine's memory, is full. */
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
