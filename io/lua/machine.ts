/** Address of a Lua state in the machine's memory. */
export type State = number;

/** The part of Lua 5.1's C API that Regatta uses, as exported by WebAssembly. Addresses are numbers. */
interface Api {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  addFunction(callback: (...parameters: readonly number[]) => unknown, signature: string): number;
  _malloc(size: number): number;
  _realloc(address: number, size: number): number;
  _free(address: number): void;
  _lua_newstate(allocator: number, data: number): State;
  _lua_close(state: State): void;
  _lua_sethook(state: State, hook: number, mask: number, count: number): void;
  _luaL_loadbuffer(state: State, text: number, size: number, name: number): number;
  _lua_pcall(state: State, values: number, results: number, handler: number): number;
  _lua_error(state: State): number;
  _lua_checkstack(state: State, slots: number): number;
  _lua_gettop(state: State): number;
  _lua_settop(state: State, index: number): void;
  _lua_type(state: State, index: number): number;
  _lua_createtable(state: State, items: number, fields: number): void;
  _lua_rawset(state: State, index: number): void;
  _lua_rawseti(state: State, index: number, item: number): void;
  _lua_next(state: State, index: number): number;
  _lua_getfield(state: State, index: number, name: number): void;
  _lua_pushnil(state: State): void;
  _lua_pushboolean(state: State, value: number): void;
  _lua_pushnumber(state: State, value: number): void;
  _lua_pushlstring(state: State, text: number, size: number): void;
  _lua_pushcclosure(state: State, callback: number, upvalues: number): void;
  _lua_pushvalue(state: State, index: number): void;
  _lua_toboolean(state: State, index: number): number;
  _lua_tonumber(state: State, index: number): number;
  _lua_tolstring(state: State, index: number, size: number): number;
  _lua_objlen(state: State, index: number): number;
  _lua_topointer(state: State, index: number): number;
  _luaopen_base(state: State): number;
  _luaopen_table(state: State): number;
  _luaopen_string(state: State): number;
  _luaopen_math(state: State): number;
}

/** A Lua machine, with functions that pass texts to and from its memory. */
export interface Machine {
  readonly api: Api;
  readonly pushText: (state: State, text: string) => void;
  /** Returns the text at an index of the stack; the value there must be a text. */
  readonly textAt: (state: State, index: number) => string;
  /** Copies a text into the machine's memory, terminated by a zero, while `use` runs. */
  readonly lend: <T>(text: string, use: (address: number, size: number) => T) => T;
}

/**
 * Starts Lua 5.1 in WebAssembly. A script can only access the memory of its machine.
 *
 * @param wasm - path of the package's liblua5.1.wasm
 */
export async function startMachine(wasm: string): Promise<Machine> {
  const { default: wasmoon } = await import('wasmoon-lua5.1');
  const { module } = await wasmoon.LuaApi.initialize(wasm);
  const api = module as Api;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  function lend<T>(text: string, use: (address: number, size: number) => T): T {
    const bytes = encoder.encode(text);
    const address = api._malloc(bytes.length + 1);
    try {
      api.HEAPU8.set(bytes, address);
      api.HEAPU8[address + bytes.length] = 0;
      return use(address, bytes.length);
    } finally {
      api._free(address);
    }
  }

  return {
    api,
    lend,
    pushText: (state, text) =>
      lend(text, (address, size) => api._lua_pushlstring(state, address, size)),
    textAt: (state, index) => {
      const address = api._lua_tolstring(state, index, 0);
      const size = api._lua_objlen(state, index);
      return decoder.decode(api.HEAPU8.subarray(address, address + size));
    },
  };
}
