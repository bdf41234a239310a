import type { Machine, State } from './machine.ts';

/** Lua's type numbers. */
export const luaType = {
  nil: 0,
  boolean: 1,
  number: 3,
  text: 4,
  table: 5,
  function: 6,
} as const;

const typeNames = ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function'];

/** Stack slots that one level of a table needs. */
const slots = 6;

/** Pushes a JSON value onto the stack: null and undefined become nil, and list indexes start at 1. */
export function pushValue(machine: Machine, state: State, value: unknown): void {
  const { api, pushText } = machine;
  if (typeof value === 'string') pushText(state, value);
  else if (typeof value === 'number') api._lua_pushnumber(state, value);
  else if (typeof value === 'bigint') api._lua_pushnumber(state, Number(value));
  else if (typeof value === 'boolean') api._lua_pushboolean(state, value ? 1 : 0);
  else if (Array.isArray(value)) pushList(machine, state, value);
  else if (typeof value === 'object' && value !== null) pushMap(machine, state, value);
  else api._lua_pushnil(state);
}

function pushList(machine: Machine, state: State, items: readonly unknown[]): void {
  const { api } = machine;
  reserveStack(machine, state);
  api._lua_createtable(state, items.length, 0);
  for (const [index, item] of items.entries()) {
    pushValue(machine, state, item);
    api._lua_rawseti(state, -2, index + 1);
  }
}

function pushMap(machine: Machine, state: State, map: object): void {
  const { api, pushText } = machine;
  reserveStack(machine, state);
  api._lua_createtable(state, 0, 0);
  for (const [key, member] of Object.entries(map)) {
    pushText(state, key);
    pushValue(machine, state, member);
    api._lua_rawset(state, -3);
  }
}

function reserveStack({ api }: Machine, state: State): void {
  if (api._lua_checkstack(state, slots) === 0) throw new RangeError('value is nested too deeply');
}

/** A value that JSON cannot hold. */
export class UnreadableValue extends Error {}

/**
 * Reads the value at a positive index of the stack as JSON; nil becomes undefined, and an empty table
 * an empty list. As in Karmada, a table that occurs twice is an error, because cyclic tables have no
 * JSON form.
 *
 * @throws UnreadableValue for functions, NaN, infinite numbers, and tables that are neither list nor map
 */
export function readValue(
  machine: Machine,
  state: State,
  index: number,
  met: Set<number> = new Set(),
): unknown {
  const { api, textAt } = machine;
  const type = api._lua_type(state, index);
  switch (type) {
    case luaType.nil:
      return undefined;
    case luaType.boolean:
      return api._lua_toboolean(state, index) !== 0;
    case luaType.number:
      return readNumber(api._lua_tonumber(state, index));
    case luaType.text:
      return textAt(state, index);
    case luaType.table:
      return readTable(machine, state, index, met);
    default:
      throw new UnreadableValue(`cannot encode ${typeNames[type] ?? 'a value'} to JSON`);
  }
}

function readNumber(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new UnreadableValue(`cannot encode number ${value} to JSON`);
}

function readTable(
  machine: Machine,
  state: State,
  index: number,
  met: Set<number>,
): readonly unknown[] | Readonly<Record<string, unknown>> {
  const address = machine.api._lua_topointer(state, index);
  if (met.has(address)) throw new UnreadableValue('cannot encode one table at two places to JSON');
  met.add(address);
  reserveStack(machine, state);
  const entries = [...readEntries(machine, state, index, met)];
  if (entries.every(([key]) => typeof key === 'number')) return listOf(entries);
  if (entries.every(([key]) => typeof key === 'string')) return Object.fromEntries(entries);
  throw new UnreadableValue('cannot encode a table with mixed keys to JSON');
}

type Entry = readonly [key: string | number, value: unknown];

function* readEntries(
  machine: Machine,
  state: State,
  index: number,
  met: Set<number>,
): Generator<Entry> {
  const { api } = machine;
  api._lua_pushnil(state);
  while (api._lua_next(state, index) !== 0) {
    const top = api._lua_gettop(state);
    const key = readValue(machine, state, top - 1, met);
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw new UnreadableValue('cannot encode a table with such keys to JSON');
    }
    yield [key, readValue(machine, state, top, met)];
    api._lua_settop(state, top - 1);
  }
}

function listOf(entries: readonly Entry[]): readonly unknown[] {
  const sorted = entries.toSorted(([a], [b]) => Number(a) - Number(b));
  if (sorted.every(([key], index) => key === index + 1)) return sorted.map(([, value]) => value);
  throw new UnreadableValue('cannot encode a list with gaps to JSON');
}
