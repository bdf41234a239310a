/**
 * The host of an engine. An engine can only call the functions below: standard streams, two clocks,
 * random bytes and exit. There is no function for files, folders, sockets, processes or the
 * environment; other functions that Go's runtime imports return "not supported".
 */
import { EngineMemory } from './memory.ts';
import { EngineRandom } from './random.ts';
import { threadClock } from './thread-clock.ts';

/** An engine has exited or trapped, and its instance is no longer usable. */
export class EngineExit extends Error {
  /** The end of the engine's standard error. */
  readonly stderr: string;

  constructor(message: string, stderr: string) {
    super(message);
    this.stderr = stderr;
  }
}

/** The answer of an engine to one request. */
export interface EngineAnswer {
  readonly answer: Uint8Array<ArrayBuffer>;
  /** Number of random bytes that the engine requested during this call. */
  readonly randomBytes: number;
}

/** WASI's error numbers. */
const [success, badDescriptor, notSupported] = [0, 8, 52];

/** The wall clock of every engine: 2000-01-01T00:00:00Z, in nanoseconds. */
const wallClock = BigInt(Date.UTC(2000, 0, 1)) * 1_000_000n;

/** Maximum size of the end of standard error that an `EngineExit` holds, in bytes. */
const maxStderr = 64 * 1024;

type HostFunction = (...args: readonly number[]) => number;

/** The state that the functions of a host use. */
interface HostState {
  readonly memory: EngineMemory;
  readonly random: EngineRandom;
  /** Returns the monotonic clock, in nanoseconds. */
  readonly clock: () => bigint;
  /** Keeps what the engine writes to standard error. */
  readonly writeError: (bytes: Uint8Array) => void;
  readonly end: (code: number) => never;
}

/** The functions that an engine can call, by WASI's names. This list is the sandbox. */
export function hostFunctions({ memory, random, clock, writeError, end }: HostState): {
  readonly [name: string]: HostFunction;
} {
  return {
    args_sizes_get: (count = 0, size = 0) => writeSizes(memory, [count, 1], [size, name.length]),
    args_get: (list = 0, at = 0) => {
      memory.writeUint32(list, at);
      memory.bytes(at, name.length).set(name);
      return success;
    },
    environ_sizes_get: (count = 0, size = 0) => writeSizes(memory, [count, 0], [size, 0]),
    environ_get: () => success,
    clock_time_get: (which = 0, _precision = 0, at = 0) => {
      memory.writeUint64(at, which === 0 ? wallClock : clock());
      return success;
    },
    random_get: (at = 0, length = 0) => {
      random.fill(memory.bytes(at, length));
      return success;
    },
    sched_yield: () => success,
    poll_oneoff: (_subscriptions = 0, _events = 0, count = 0, written = 0) => {
      memory.writeUint32(written, count);
      return success;
    },
    proc_exit: (code = 0) => end(code),
    fd_fdstat_get: (descriptor = 0, at = 0) => describeStream(memory, descriptor, at),
    fd_read: (descriptor = 0, _vectors = 0, _count = 0, read = 0) =>
      readNothing(memory, descriptor, read),
    fd_write: (descriptor = 0, vectors = 0, count = 0, written = 0) => {
      if (descriptor !== 1 && descriptor !== 2) return badDescriptor;
      memory.writeUint32(written, writeVectors(memory, { vectors, count }, writeError));
      return success;
    },
    fd_close: () => badDescriptor,
    fd_prestat_get: () => badDescriptor,
  };
}

/** An engine's only argument, its name, which packages of Kubernetes read when they start. */
const name = new TextEncoder().encode('engine\0');

/** Standard input is empty. */
function readNothing(memory: EngineMemory, descriptor: number, read: number): number {
  if (descriptor !== 0) return badDescriptor;
  memory.writeUint32(read, 0);
  return success;
}

function writeSizes(
  memory: EngineMemory,
  ...sizes: readonly (readonly [number, number])[]
): number {
  for (const [at, value] of sizes) memory.writeUint32(at, value);
  return success;
}

/** The three standard streams are character devices, and there is no other descriptor. */
function describeStream(memory: EngineMemory, descriptor: number, at: number): number {
  if (descriptor > 2) return badDescriptor;
  const [characterDevice, allRights] = [2, 0xffff_ffffn];
  memory.bytes(at, 24).fill(0);
  memory.bytes(at, 1).set([characterDevice]);
  memory.writeUint64(at + 8, allRights);
  return success;
}

function writeVectors(
  memory: EngineMemory,
  { vectors, count }: { readonly vectors: number; readonly count: number },
  writeError: (bytes: Uint8Array) => void,
): number {
  let total = 0;
  for (let index = 0; index < count; index++) {
    const at = memory.readUint32(vectors + index * 8);
    const length = memory.readUint32(vectors + index * 8 + 4);
    writeError(memory.bytes(at, length).slice());
    total += length;
  }
  return total;
}

/** What engines/protocol exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Starts the program; absent in a module that `npm run engines` has already started. */
  readonly _initialize?: () => void;
  readonly regatta_allocate: (size: number) => number;
  readonly regatta_answer: () => number;
  readonly regatta_answer_at: () => number;
  readonly regatta_release: () => void;
}

/** A running engine. Do not call it again after an error. */
export class EngineInstance {
  readonly #memory = new EngineMemory();
  readonly #random = new EngineRandom();
  readonly exports: Exports;
  #stderr: Buffer = Buffer.alloc(0);

  /**
   * Starts the engine.
   *
   * @param clock - returns a monotonic time, in nanoseconds; the processor time of the thread by default
   */
  constructor(module: WebAssembly.Module, clock: () => bigint = threadClock()) {
    const implemented = hostFunctions({
      memory: this.#memory,
      random: this.#random,
      clock,
      writeError: (bytes) => {
        this.#stderr = Buffer.concat([this.#stderr, bytes]).subarray(-maxStderr);
      },
      end: (code) => {
        throw new Error(`exit status ${code}`);
      },
    });
    const imports = WebAssembly.Module.imports(module).map(({ name }) => [
      name,
      implemented[name] ?? (() => notSupported),
    ]);
    const { exports } = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: Object.fromEntries(imports),
    });
    this.exports = exports as unknown as Exports;
    this.#memory.attach(this.exports.memory);
    if (this.exports._initialize === undefined) this.#random.skipStart();
    else this.exports._initialize();
  }

  /**
   * Sends a request to the engine, and returns its answer.
   *
   * @throws EngineExit when the engine ends or traps
   * @throws RangeError when the stack of the engine overflows
   */
  answer(request: Uint8Array, seed?: Uint8Array): EngineAnswer {
    this.#stderr = Buffer.alloc(0);
    this.#random.restart(seed);
    try {
      return this.#exchange(request);
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw new EngineExit(String(error), this.#stderr.toString());
    }
  }

  #exchange(request: Uint8Array): EngineAnswer {
    const { regatta_allocate, regatta_answer, regatta_answer_at, regatta_release } = this.exports;
    const at = regatta_allocate(request.length) >>> 0;
    this.#memory.bytes(at, request.length).set(request);
    const length = regatta_answer() >>> 0;
    const answer = this.#memory.bytes(regatta_answer_at() >>> 0, length).slice();
    regatta_release();
    return { answer, randomBytes: this.#random.asked };
  }
}
