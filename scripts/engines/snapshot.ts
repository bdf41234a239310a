/**
 * Starting a Go program as large as an API server takes a second: it registers kinds, builds tables and
 * allocates. `npm run engines` starts it once and writes a module whose memory and globals are those of
 * the started program, so that a process that loads the module continues from there.
 */
import { EngineInstance } from '#io/engine/host.ts';
import { memorySection } from './memory-limit.ts';
import {
  numberBytes,
  readNumber,
  readSections,
  type Section,
  sectionIds,
  signedBytes,
  writeSections,
} from './sections.ts';

const pageBytes = 65_536;

/** Code of the format for an export of a global variable. */
const exportedGlobal = 3;

const prefix = 'regatta_global_';

/**
 * Returns a module that has already started and answered the given requests. The clock of the program
 * depends only on the number of times that it reads the clock, so that equal modules give equal bytes.
 *
 * @param module - a Go program without `_start`, whose memory has a maximum
 * @throws Error when the program does not start or answer
 */
export function withStartedMemory(module: Buffer, requests: readonly unknown[]): Buffer {
  const sections = readSections(module);
  const globals = readGlobals(contentOf(sections, sectionIds.globals));
  const watched = writeSections(
    sections.map((section) =>
      section.id === sectionIds.exports ? exportGlobals(section, globals.length) : section,
    ),
  );
  const instance = new EngineInstance(new WebAssembly.Module(watched), countingClock());
  for (const request of requests) {
    instance.answer(Buffer.from(JSON.stringify(request)));
  }
  return writeSections(sections.map((section) => startedSection(section, instance, globals)));
}

/**
 * Returns a monotonic clock, in nanoseconds. Its times are earlier than those of any clock that the
 * module reads later.
 */
function countingClock(): () => bigint {
  let now = 1n;
  return () => (now += 1000n);
}

function startedSection(
  { id, content }: Section,
  { exports }: EngineInstance,
  types: readonly GlobalType[],
): Section {
  const memory = Buffer.from(exports.memory.buffer);
  if (id === sectionIds.memory) {
    const { end } = readNumber(content, 2);
    const { value: maximum } = readNumber(content, end);
    return { id, content: memorySection(memory.length / pageBytes, maximum) };
  }
  if (id === sectionIds.globals) {
    const values = exports as unknown as Record<string, { readonly value: number | bigint }>;
    const entries = types.map((type, index) =>
      writeGlobal(type, BigInt(values[`${prefix}${index}`]?.value ?? 0)),
    );
    return { id, content: Buffer.concat([numberBytes(types.length), ...entries]) };
  }
  if (id === sectionIds.exports) return { id, content: withoutStart(content) };
  if (id === sectionIds.data) return { id, content: dataOf(memory) };
  return { id, content };
}

function contentOf(sections: readonly Section[], id: number): Buffer {
  const section = sections.find((one) => one.id === id);
  if (section === undefined) throw new Error(`the module has no section ${id}`);
  return section.content;
}

/** The type of a global variable, its mutability and the instruction that makes a constant of the type. */
type GlobalType = readonly [type: number, mutability: number, instruction: number];

function readGlobals(content: Buffer): readonly GlobalType[] {
  const { value: count, end } = readNumber(content, 0);
  const types: GlobalType[] = [];
  for (let at = end; types.length < count; ) {
    types.push([content.readUInt8(at), content.readUInt8(at + 1), content.readUInt8(at + 2)]);
    at = readNumber(content, at + 3).end + 1;
  }
  return types;
}

function writeGlobal(type: GlobalType, value: bigint): Buffer {
  return Buffer.concat([Buffer.from(type), signedBytes(value), Buffer.from([0x0b])]);
}

function exportGlobals({ id, content }: Section, count: number): Section {
  const { value: exported, end } = readNumber(content, 0);
  const added = Array.from({ length: count }, (_, index) => {
    const name = Buffer.from(`${prefix}${index}`);
    const tail = Buffer.concat([Buffer.from([exportedGlobal]), numberBytes(index)]);
    return Buffer.concat([numberBytes(name.length), name, tail]);
  });
  const parts = [numberBytes(exported + count), content.subarray(end), ...added];
  return { id, content: Buffer.concat(parts) };
}

/** Removes the export `_initialize`, so that no host starts the program a second time. */
function withoutStart(content: Buffer): Buffer {
  const { value: count, end: first } = readNumber(content, 0);
  const kept: Buffer[] = [];
  for (let at = first, index = 0; index < count; index++) {
    const { value: length, end: name } = readNumber(content, at);
    const { end } = readNumber(content, name + length + 1);
    const isStart = content.toString('utf8', name, name + length) === '_initialize';
    if (!isStart) kept.push(content.subarray(at, end));
    at = end;
  }
  return Buffer.concat([numberBytes(kept.length), ...kept]);
}

/** Minimum number of consecutive zero bytes between two segments of data. */
const longestGap = 256;

/** Writes a memory as segments of data, without most of its zeros. */
function dataOf(memory: Buffer): Buffer {
  const segments: Buffer[] = [];
  for (let at = nextByte(memory, 0); at < memory.length; ) {
    const end = endOfSegment(memory, at);
    const offset = Buffer.concat([Buffer.from([0, 0x41]), signedBytes(BigInt(at | 0))]);
    const length = Buffer.concat([Buffer.from([0x0b]), numberBytes(end - at)]);
    segments.push(offset, length, memory.subarray(at, end));
    at = nextByte(memory, end);
  }
  return Buffer.concat([numberBytes(segments.length / 3), ...segments]);
}

/** Returns the offset of the first byte from `at` on that is not zero, or the end of the memory. */
function nextByte(memory: Buffer, at: number): number {
  let next = at;
  while (next < memory.length && memory[next] === 0) next++;
  return next;
}

const gap = Buffer.alloc(longestGap);

function endOfSegment(memory: Buffer, at: number): number {
  const end = memory.indexOf(gap, at);
  return end < 0 ? memory.length : end;
}
