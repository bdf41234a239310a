/**
 * Reads in the memory of a Lua machine how much work its next instruction is. A single instruction can join, compare
 * or pass on texts of any length.
 *
 * Source: Lua 5.1.5 with addresses of 32 bits: lstate.h, lobject.h, lopcodes.h.
 */
import type { Machine, State } from './machine.ts';
import { luaType } from './values.ts';

/** Characters of texts that count as one step. */
export const charactersPerStep = 8;

/** Values that an instruction or a call moves at once and that count as one step. */
export const valuesPerStep = 4;

/** Characters as which a number counts, because most instructions with a text write it as one. */
const numberCharacters = 24;

/** Steps of the search for the size of a table. */
const searchSteps = 2;

/** Offsets in a state, in bytes. */
const offsets = { top: 8, base: 12, call: 20, next: 24 };

/** Size of a value in bytes, as a power of two, and the offset of its type. */
const [valueBits, typeOffset] = [4, 8];

const [add, subtract, multiply, divide, modulo, power, negate] = [12, 13, 14, 15, 16, 17, 18];
const [size, concat, less, lessOrEqual] = [20, 21, 24, 25];
const [call, tailCall, finish, prepare, varargs] = [28, 29, 30, 32, 37];

/** The instructions whose work depends on their operands; 1 at their opcodes. */
const heavy = new Uint8Array(64);
for (const opcode of [add, subtract, multiply, divide, modulo, power, negate]) heavy[opcode] = 1;
for (const opcode of [size, concat, less, lessOrEqual]) heavy[opcode] = 1;
for (const opcode of [call, tailCall, finish, prepare, varargs]) heavy[opcode] = 1;

type Heap = Uint32Array;

/** Returns the work of the instruction that the state executes next, in steps besides its own. */
export function workOf({ api }: Machine, state: State): number {
  const heap = api.HEAPU32;
  const instruction = word(heap, word(heap, state + offsets.next) - 4);
  return heavy[instruction & 63] === 0 ? 0 : workOfHeavy(heap, state, instruction);
}

function word(heap: Heap, address: number): number {
  return heap[address >>> 2] ?? 0;
}

function workOfHeavy(heap: Heap, state: State, instruction: number): number {
  const base = word(heap, state + offsets.base);
  const first = base + (((instruction >>> 6) & 255) << valueBits);
  const b = instruction >>> 23;
  const c = (instruction >>> 14) & 511;
  switch (instruction & 63) {
    case size:
      return searchSteps;
    case concat:
      return workBetween(heap, base + (b << valueBits), base + ((c + 1) << valueBits));
    case call:
    case tailCall:
    case finish: {
      const end = b === 0 ? word(heap, state + offsets.top) : first + (b << valueBits);
      return workBetween(heap, first, end);
    }
    case prepare:
      return workBetween(heap, first, first + (3 << valueBits));
    case varargs: {
      const values = (base - functionOf(heap, state)) >>> valueBits;
      return Math.floor(values / valuesPerStep);
    }
    case less:
    case lessOrEqual:
      // The comparison ends with the shorter text.
      return stepsOf(Math.min(operand(heap, state, b), operand(heap, state, c)));
    default:
      return stepsOf(operand(heap, state, b) + operand(heap, state, c));
  }
}

function stepsOf(characters: number): number {
  return Math.floor(characters / charactersPerStep);
}

/** Returns the work of the values between two addresses. */
function workBetween(heap: Heap, from: number, to: number): number {
  let characters = 0;
  for (let at = from; at < to; at += 1 << valueBits) characters += lengthAt(heap, at);
  return stepsOf(characters) + Math.floor(((to - from) >> valueBits) / valuesPerStep);
}

/** Returns the length of the text or number at an address; 0 for any other value. */
function lengthAt(heap: Heap, address: number): number {
  const type = word(heap, address + typeOffset);
  if (type === luaType.text) return word(heap, word(heap, address) + 12);
  return type === luaType.number ? numberCharacters : 0;
}

/** Returns the length of the text in a register, or among the constants of the function; 0 for any other value. */
function operand(heap: Heap, state: State, index: number): number {
  const values = index < 256 ? word(heap, state + offsets.base) : constantsOf(heap, state);
  const address = values + ((index & 255) << valueBits);
  return word(heap, address + typeOffset) === luaType.text ? lengthAt(heap, address) : 0;
}

function constantsOf(heap: Heap, state: State): number {
  const closure = word(heap, functionOf(heap, state));
  return word(heap, word(heap, closure + 16) + 8);
}

/** Returns the address of the value that holds the running function. */
function functionOf(heap: Heap, state: State): number {
  return word(heap, word(heap, state + offsets.call) + 4);
}

/** Returns how many places a table has for entries, empty ones included; 0 for another value at the index of the stack. */
export function placesOf({ api }: Machine, state: State, index: number): number {
  if (api._lua_type(state, index) !== luaType.table) return 0;
  const table = api._lua_topointer(state, index);
  return word(api.HEAPU32, table + 28) + 2 ** (api.HEAPU8[table + 7] ?? 0);
}

/** Steps of reading an entry of a table for the host. */
const entrySteps = 16;

/** Returns the work of reading a value for the host, in steps. */
export function workOfValue(read: unknown): number {
  if (typeof read === 'string') return 1 + stepsOf(read.length);
  if (typeof read !== 'object' || read === null) return 1;
  const entries = Object.entries(read);
  return entries.reduce(
    (sum, [name, inner]) => sum + entrySteps + workOfValue(name) + workOfValue(inner),
    4,
  );
}
