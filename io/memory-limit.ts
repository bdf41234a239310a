import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** Returns the memory of the container, or of the machine if that is smaller, in bytes. */
export function machineMemory(): number {
  const container = process.constrainedMemory();
  // Without a container's limit, Node returns 0 or a number beyond the machine's memory.
  return Math.min(container > 0 ? container : Number.POSITIVE_INFINITY, totalmem());
}

/** Returns the largest directory that this process reads into its memory, in bytes. */
export function directoryLimit(): number {
  return memoryLimit() / 8;
}

let known: number | undefined;

/**
 * Returns the memory that this process may use, in bytes: the container's limit, the machine's memory, or
 * twice the limit of the JavaScript heap, whichever is smallest.
 */
export function memoryLimit(): number {
  // Every list asks for it, and the system's files are slow to read.
  known ??= Math.min(machineMemory(), 2 * getHeapStatistics().heap_size_limit);
  return known;
}
