import { availableParallelism, totalmem } from 'node:os';
import { digestOf } from '#model/files.ts';
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
  /** Maximum number of threads; defaults to what processors and memory allow. */
  readonly workers?: number;
  /** Maximum processor time of one request, in milliseconds. */
  readonly processorMs?: number;
  /** Time without requests after which all threads end, in milliseconds. */
  readonly idleMs?: number;
  readonly load?: typeof loadEngine;
}

interface Job {
  readonly call: EngineCall;
  readonly resolve: (result: EngineResult | Promise<EngineResult>) => void;
}

/** A slot for one thread. */
interface Slot {
  engine: EngineName;
  worker: EngineWorker | undefined;
  isBusy: boolean;
  /** Whether the thread loads the engine itself, and has answered no call. */
  isPrepared?: boolean;
}

/** Runs calls of engines, several concurrently. Threads start with the first call. */
export class EnginePool {
  readonly #options: Required<PoolOptions>;
  readonly #waiting: Job[] = [];
  /** Failed requests that exceeded a limit, by their digests. */
  readonly #exceeded = new Map<string, Failed>();
  #slots: readonly Slot[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions = {}) {
    this.#options = { ...defaults, workers: options.workers ?? mostWorkers(), ...options };
  }

  /** Number of threads. */
  get size(): number {
    return this.#slots.length;
  }

  /**
   * Runs a call. A call that exceeds a limit resolves to a failure. The pool does not repeat such a call, but a later
   * process does, because memory and time depend on the machine and its load.
   *
   * @throws Error when the engine cannot be loaded
   */
  run(call: EngineCall): Promise<EngineResult> {
    const { promise, resolve } = Promise.withResolvers<EngineResult>();
    this.#waiting.push({ call, resolve });
    this.#dispatch();
    return promise;
  }

  /**
   * Starts a thread with an engine that the process will probably call. It loads the engine, and answers an example if there is one,
   * while the main thread does other work. Does nothing if the engine has a thread, or if all threads are in use.
   */
  prepare(engine: EngineName, example?: unknown): void {
    const isKnown = this.#slots.some((slot) => slot.engine === engine);
    if (isKnown || this.#slots.length >= this.#options.workers) return;
    const worker = new EngineWorker(engine, this.#options.processorMs);
    if (example !== undefined) worker.prepare(encoded(example));
    this.#slots = [...this.#slots, { engine, worker, isBusy: false, isPrepared: true }];
  }

  /** Ends all threads. Calls without an answer never resolve. */
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

  /** Returns a slot for a waiting call: one that has its engine, a new one, or one with another engine. */
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

  /** Asks the thread of a slot, or another one if the thread could not load the engine. */
  async #ask(slot: Slot, call: EngineCall): Promise<ThreadReply> {
    const { engine, request, seed } = call;
    const { isPrepared } = slot;
    slot.isPrepared = false;
    slot.worker ??= new EngineWorker(await this.#options.load(engine), this.#options.processorMs);
    const reply = await slot.worker.answer({ request: encoded(request), seed });
    if (!isPrepared || reply.type === 'answered' || reply.fault !== 'crashed') return reply;
    this.#reset(slot, engine);
    return this.#ask(slot, call);
  }

  async #work(slot: Slot, call: EngineCall): Promise<EngineResult> {
    slot.isBusy = true;
    try {
      const known = this.#exceeded.size > 0 ? this.#exceeded.get(digestOfCall(call)) : undefined;
      if (known !== undefined) return resultOf(known, call);
      const reply = await this.#ask(slot, call);
      if (reply.type === 'failed') {
        this.#reset(slot, call.engine);
        if (reply.fault !== 'crashed') this.#exceeded.set(digestOfCall(call), reply);
      }
      return resultOf(reply, call);
    } finally {
      slot.isBusy = false;
      this.#dispatch();
    }
  }
}

function encoded(request: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(request));
}

type Failed = Extract<ThreadReply, { readonly type: 'failed' }>;

function digestOfCall({ engine, request, seed = new Uint8Array() }: EngineCall): string {
  return digestOf(JSON.stringify([engine, request, Buffer.from(seed).toString('hex')]));
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

/** Returns one thread per core, or fewer if the instances would not fit into half of the memory. */
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
