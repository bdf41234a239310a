import { availableParallelism, totalmem } from 'node:os';
import { loadEngine } from './artifacts.ts';
import {
  type EngineCall,
  type EngineFault,
  type EngineName,
  type EngineResult,
  engineLimits,
} from './call.ts';
import { EngineWorker, type ThreadReply } from './engine-worker.ts';

interface PoolOptions {
  /** Threads at most; as many as the processor and the memory allow when absent. */
  readonly workers?: number;
  /** Processor time for one request. */
  readonly processorMs?: number;
  /** Threads are given up when the pool was unused for so long. */
  readonly idleMs?: number;
  readonly load?: typeof loadEngine;
}

interface Job {
  readonly call: EngineCall;
  readonly resolve: (result: EngineResult | Promise<EngineResult>) => void;
}

/** A place for one thread. */
interface Slot {
  engine: EngineName;
  worker: EngineWorker | undefined;
  isBusy: boolean;
}

/** Answers calls of engines, several at a time. It starts nothing before the first call. */
export class EnginePool {
  readonly #options: Required<PoolOptions>;
  readonly #waiting: Job[] = [];
  #slots: readonly Slot[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions = {}) {
    this.#options = { ...defaults, workers: options.workers ?? mostWorkers(), ...options };
  }

  /** How many threads there are. */
  get size(): number {
    return this.#slots.length;
  }

  /**
   * Resolves to a failure when the call is beyond a limit.
   *
   * @throws Error when the engine cannot be loaded
   */
  run(call: EngineCall): Promise<EngineResult> {
    const { promise, resolve } = Promise.withResolvers<EngineResult>();
    this.#waiting.push({ call, resolve });
    this.#dispatch();
    return promise;
  }

  /** Ends all threads; calls that have not been answered stay so. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const slots = this.#slots;
    this.#slots = [];
    await Promise.all(slots.map(({ worker }) => worker?.stop()));
  }

  #dispatch(): void {
    clearTimeout(this.#idle);
    for (let slot = this.#free(); slot !== undefined; slot = this.#free()) {
      const job = this.#take(slot.engine);
      if (job === undefined) break;
      job.resolve(this.#work(slot, job.call));
    }
    if (this.#slots.every(({ isBusy }) => !isBusy)) {
      this.#idle = setTimeout(() => void this.close(), this.#options.idleMs).unref();
    }
  }

  /** A slot for a call that waits: one with its engine, a new one, or one with another engine. */
  #free(): Slot | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const free = this.#slots.filter(({ isBusy }) => !isBusy);
    const fitting = free.find((slot) =>
      this.#waiting.some((job) => job.call.engine === slot.engine),
    );
    if (fitting !== undefined) return fitting;
    const { engine } = next.call;
    if (this.#slots.length < this.#options.workers) {
      const slot: Slot = { engine, worker: undefined, isBusy: false };
      this.#slots = [...this.#slots, slot];
      return slot;
    }
    const [other] = free;
    if (other !== undefined) this.#reset(other, engine);
    return other;
  }

  #take(engine: EngineName): Job | undefined {
    const index = this.#waiting.findIndex(({ call }) => call.engine === engine);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #reset(slot: Slot, engine: EngineName): void {
    void slot.worker?.stop();
    slot.worker = undefined;
    slot.engine = engine;
  }

  async #work(slot: Slot, call: EngineCall): Promise<EngineResult> {
    slot.isBusy = true;
    try {
      slot.worker ??= new EngineWorker(
        await this.#options.load(call.engine),
        this.#options.processorMs,
      );
      const request = new TextEncoder().encode(JSON.stringify(call.request));
      const reply = await slot.worker.answer({ request, seed: call.seed });
      if (reply.type === 'failed') this.#reset(slot, call.engine);
      return resultOf(reply, call);
    } finally {
      slot.isBusy = false;
      this.#dispatch();
    }
  }
}

function resultOf(reply: ThreadReply, call: EngineCall): EngineResult {
  if (reply.type === 'failed') {
    const message = `${call.name} ${faultWords[reply.fault]} (${reply.detail})`;
    return { type: 'failed', fault: reply.fault, message };
  }
  const answer: unknown = JSON.parse(new TextDecoder().decode(reply.answer));
  return { type: 'answered', answer, randomBytes: reply.randomBytes };
}

const faultWords: Readonly<Record<EngineFault, string>> = {
  'too-large': 'needs more memory than a build may use',
  'too-slow': 'takes more processor time than a build may use',
  'too-deep': 'is nested too deeply',
  crashed: 'ends the engine that builds it',
};

/** One thread per core, unless half of the process's memory does not hold so many instances. */
function mostWorkers(): number {
  const limit = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const fitting = Math.floor(limit / 2 / engineLimits.bytes);
  return Math.max(1, Math.min(availableParallelism(), fitting));
}

const defaults = {
  processorMs: engineLimits.processorMs,
  idleMs: 30_000,
  load: loadEngine,
};

/** The engines of this process. */
export const engines: EnginePool = new EnginePool();
