/**
 * Sets the maximum memory of a module. Go's linker sets none, and a host cannot limit a memory that a
 * module exports.
 */
import { numberBytes, readNumber, readSections, sectionIds, writeSections } from './sections.ts';

const pageBytes = 65_536;
const hasMaximum = 1;

/**
 * Limits the memory of a WebAssembly module to `bytes`.
 *
 * @throws Error when the module has more than one memory
 */
export function withMemoryLimit(module: Buffer, bytes: number): Buffer {
  const sections = readSections(module).map((section) =>
    section.id === sectionIds.memory
      ? { id: section.id, content: limitedMemory(section.content, bytes) }
      : section,
  );
  return writeSections(sections);
}

/**
 * Returns a memory section with a maximum. A section has a count, and for each memory flags and a
 * minimum in pages.
 */
function limitedMemory(content: Buffer, bytes: number): Buffer {
  if (content[0] !== 1) throw new Error('the module has more than one memory');
  const { value: minimum } = readNumber(content, 2);
  return memorySection(minimum, Math.floor(bytes / pageBytes));
}

/** Writes a memory section with one memory. Both sizes are in pages. */
export function memorySection(minimum: number, maximum: number): Buffer {
  return Buffer.concat([Buffer.from([1, hasMaximum]), numberBytes(minimum), numberBytes(maximum)]);
}
