import type { HostFunction, ScriptCall, ScriptEngine, ScriptResult } from '#model/script.ts';
import { type Machine, type State, startMachine } from './machine.ts';
import { prelude } from './prelude.ts';
import { luaType, pushValue, readValue, UnreadableValue } from './values.ts';
import { placesOf, workOf, workOfValue } from './work.ts';

/** Maximum number of steps of the virtual machine in one call, and maximum memory besides its arguments, in bytes. */
const limits = { steps: 20_000_000, bytes: 64 * 1024 * 1024 };

const stepLimitExceeded = `script takes more than ${limits.steps / 1_000_000} million steps`;
const memoryLimitExceeded = `script needs more than ${limits.bytes / 1024 / 1024} MiB of memory`;

/** Steps of an allocation, besides one for each 64 bytes. */
const allocationSteps = 5;

/** Lua's mask for hooks that run after a count of steps, and its status for lack of memory. */
const countMask = 8;
const outOfMemory = 4;
/** Pseudo-index of the table of globals. */
const globals = -10_002;

/**
 * Starts an engine for Lua 5.1 scripts. It uses Lua's C API directly, because the engine of wasmoon
 * limits time and not steps, which would make results depend on the machine.
 */
export async function startLua(wasm: string): Promise<ScriptEngine> {
  return new LuaEngine(await startMachine(wasm));
}

class LuaEngine implements ScriptEngine {
  readonly #machine: Machine;
  readonly #allocator: number;
  readonly #hook: number;
  /** Counts the places of a table, all of which a search for its next entry may visit. */
  readonly #places: number;
  /** Pointers by host function. They are reused, because the machine's function table can only grow. */
  readonly #pointers = new Map<HostFunction, number>();
  #bytes = 0;
  #byteLimit = Number.POSITIVE_INFINITY;
  #steps = 0;
  /** Counts work of the library that takes long within a single step. */
  readonly #charge: HostFunction = (steps) => {
    this.#steps += Number(steps);
    if (this.#steps > limits.steps) return { type: 'failed', message: stepLimitExceeded };
    return { type: 'returned', value: true };
  };

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#allocator = machine.api.addFunction(
      (_data, address = 0, before = 0, after = 0) => this.#allocate(address, before, after),
      'iiiii',
    );
    this.#places = machine.api.addFunction((state = 0) => {
      this.#steps += placesOf(machine, state, 1);
      return 0;
    }, 'ii');
    this.#hook = machine.api.addFunction((state = 0) => this.#countSteps(state), 'vii');
  }

  call(call: ScriptCall, library: Readonly<Record<string, HostFunction>>): ScriptResult {
    return this.#withState((state) => {
      const fault = this.#prepare(state, library) ?? this.#load(state, call.name, call.source);
      if (fault !== undefined) return { type: 'failed', message: fault };
      this.#limit(state);
      return this.#run(state, 0, 0) ?? this.#callEntry(state, call);
    });
  }

  faultOf(name: string, source: string): string | undefined {
    return this.#withState((state) => this.#load(state, name, source));
  }

  #withState<T>(use: (state: State) => T): T {
    this.#byteLimit = Number.POSITIVE_INFINITY;
    const { api } = this.#machine;
    const state = api._lua_newstate(this.#allocator, 0);
    try {
      return use(state);
    } finally {
      this.#byteLimit = Number.POSITIVE_INFINITY;
      api._lua_close(state);
    }
  }

  #prepare(state: State, library: Readonly<Record<string, HostFunction>>): string | undefined {
    const { api, pushText } = this.#machine;
    api._luaopen_base(state);
    api._luaopen_table(state);
    api._luaopen_string(state);
    api._luaopen_math(state);
    api._lua_settop(state, 0);
    const fault = this.#load(state, 'prelude', prelude);
    if (fault !== undefined) return fault;
    api._lua_createtable(state, 0, 0);
    for (const [name, host] of Object.entries(library)) {
      pushText(state, name);
      api._lua_pushcclosure(state, this.#pointerTo(host), 0);
      api._lua_rawset(state, -3);
    }
    api._lua_pushcclosure(state, this.#pointerTo(this.#charge), 0);
    api._lua_pushcclosure(state, this.#places, 0);
    return this.#run(state, 3, 0)?.message;
  }

  #load(state: State, name: string, source: string): string | undefined {
    const { api, lend, textAt } = this.#machine;
    const status = lend(source, (text, size) =>
      lend(`=${name}`, (title) => api._luaL_loadbuffer(state, text, size, title)),
    );
    return status === 0 ? undefined : textAt(state, -1);
  }

  #callEntry(state: State, { entry, values, results }: ScriptCall): ScriptResult {
    const { api, lend } = this.#machine;
    this.#byteLimit = Number.POSITIVE_INFINITY;
    lend(entry, (name) => api._lua_getfield(state, globals, name));
    if (api._lua_type(state, -1) !== luaType.function) {
      return { type: 'failed', message: `script defines no function ${entry}` };
    }
    for (const value of values) pushValue(this.#machine, state, value);
    this.#limit(state);
    const failure = this.#run(state, values.length, results);
    if (failure !== undefined) return failure;
    this.#byteLimit = Number.POSITIVE_INFINITY;
    return this.#read(state, results);
  }

  #read(state: State, results: number): ScriptResult {
    try {
      const indexes = Array.from({ length: results }, (_, index) => index + 1);
      return {
        type: 'returned',
        values: indexes.map((index) => readValue(this.#machine, state, index)),
      };
    } catch (error) {
      if (error instanceof UnreadableValue) return { type: 'failed', message: error.message };
      throw error;
    }
  }

  /** Calls the function that is on the stack below its arguments. */
  #run(
    state: State,
    values: number,
    results: number,
  ): Extract<ScriptResult, { type: 'failed' }> | undefined {
    const { api, textAt } = this.#machine;
    const status = api._lua_pcall(state, values, results, 0);
    if (status === 0) return undefined;
    if (status === outOfMemory) return { type: 'failed', message: memoryLimitExceeded };
    const type = api._lua_type(state, -1);
    const hasText = type === luaType.text || type === luaType.number;
    return {
      type: 'failed',
      message: hasText ? textAt(state, -1) : 'script failed without a message',
    };
  }

  #limit(state: State): void {
    this.#steps = 0;
    this.#byteLimit = this.#bytes + limits.bytes;
    this.#machine.api._lua_sethook(state, this.#hook, countMask, 1);
  }

  /** Counts a step, and the work of the instruction that follows. */
  #countSteps(state: State): void {
    this.#steps += 1 + workOf(this.#machine, state);
    if (this.#steps <= limits.steps) return;
    const { api, pushText } = this.#machine;
    pushText(state, stepLimitExceeded);
    api._lua_error(state);
  }

  #allocate(address: number, before: number, after: number): number {
    const { api } = this.#machine;
    if (after === 0) {
      if (address !== 0) api._free(address);
      this.#bytes -= address === 0 ? 0 : before;
      return 0;
    }
    const grown = after - (address === 0 ? 0 : before);
    this.#steps += allocationSteps + Math.max(0, Math.floor(grown / 64));
    if (grown > 0 && this.#bytes + grown > this.#byteLimit) return 0;
    const moved = api._realloc(address, after);
    if (moved !== 0) this.#bytes += grown;
    return moved;
  }

  #pointerTo(host: HostFunction): number {
    const known = this.#pointers.get(host);
    if (known !== undefined) return known;
    const { api } = this.#machine;
    const pointer = api.addFunction((state = 0) => this.#callHost(state, host), 'ii');
    this.#pointers.set(host, pointer);
    return pointer;
  }

  /** Calls a host function. A Lua error unwinds this function, too, so no code may follow the call that raises it. */
  #callHost(state: State, host: HostFunction): number {
    const { api, pushText } = this.#machine;
    const result = this.#askHost(state, host);
    if (result.type === 'returned') {
      pushValue(this.#machine, state, result.value);
      return 1;
    }
    pushText(state, result.message);
    return api._lua_error(state);
  }

  #askHost(state: State, host: HostFunction): ReturnType<HostFunction> {
    const { api } = this.#machine;
    const count = api._lua_gettop(state);
    const read = this.#read(state, count);
    if (read.type === 'returned') this.#steps += workOfValue(read.values);
    return read.type === 'returned' ? host(...read.values) : read;
  }
}
