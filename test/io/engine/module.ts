/** Small WebAssembly modules that fail as a correct engine never does. */

/** The instructions, as WebAssembly encodes them. */
const code = {
  loopForever: [0x03, 0x40, 0x0c, 0x00, 0x0b, 0x00],
  callItself: [0x10, 0x02],
  /** Go exits when it exceeds the maximum of memory; this module traps instead. */
  trap: [0x00],
} as const;

/** Returns a module that handles each request with code that never returns an answer. */
export function badEngine(what: keyof typeof code): Promise<WebAssembly.Module> {
  const constant = (value: number) => [0x41, value];
  const functions = [
    [], // _initialize
    constant(0), // regatta_allocate
    [...code[what]], // regatta_answer
    constant(0), // regatta_answer_at
    [], // regatta_release
  ];
  const names = [
    '_initialize',
    'regatta_allocate',
    'regatta_answer',
    'regatta_answer_at',
    'regatta_release',
  ];
  const bodies = functions.map((body) => withLength([0, ...body, 0x0b]));
  const exported = names.flatMap((name, index) => [...textBytes(name), 0, index]);
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [3, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 1, 0x7f]),
    ...section(3, [5, 0, 1, 2, 2, 0]),
    ...section(5, [1, 0, 16]),
    ...section(7, [6, ...exported, ...textBytes('memory'), 2, 0]),
    ...section(10, [5, ...bodies.flat()]),
  ];
  return WebAssembly.compile(Uint8Array.from(bytes));
}

/** A module that sets a global, two bytes of memory and the size of the memory when it is started. */
export function startedEngine(): Buffer {
  const store = (at: readonly number[], value: number) => [0x41, ...at, 0x41, value, 0x3a, 0, 0];
  const start = [
    ...[0x42, 0x7b, 0x24, 0], // counter = -5
    ...[0x41, 1, 0x40, 0, 0x1a], // one page more
    ...store([16], 7),
    ...store([0x90, 0x80, 4], 9), // at 65552
  ];
  const exported = [
    ...[...textBytes('_initialize'), 0, 0],
    ...[...textBytes('memory'), 2, 0],
    ...[...textBytes('counter'), 3, 0],
  ];
  return Buffer.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7e, 1, 0x42, 0, 0x0b]),
    ...section(7, [3, ...exported]),
    ...section(10, [1, ...withLength([0, ...start, 0x0b])]),
    ...section(11, [0]),
  ]);
}

function section(number: number, content: readonly number[]): readonly number[] {
  return [number, ...withLength(content)];
}

/** Encodes a length below 16384, in one byte if it is below 128. */
function withLength(content: readonly number[]): readonly number[] {
  const { length } = content;
  const bytes = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
  return [...bytes, ...content];
}

function textBytes(text: string): readonly number[] {
  return withLength([...Buffer.from(text)]);
}
