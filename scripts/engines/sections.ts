/** Reads and writes the parts of the binary format of WebAssembly that `npm run engines` changes. */

/** A section of a module. `id` is its number in the format, and `content` lacks the length. */
export interface Section {
  readonly id: number;
  readonly content: Buffer;
}

/** Numbers of the sections that `npm run engines` changes. */
export const sectionIds = { memory: 5, globals: 6, exports: 7, dataCount: 12, data: 11 } as const;

const header = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export function readSections(module: Buffer): readonly Section[] {
  const sections: Section[] = [];
  for (let at = header.length; at < module.length; ) {
    const { value: size, end: start } = readNumber(module, at + 1);
    sections.push({ id: module.readUInt8(at), content: module.subarray(start, start + size) });
    at = start + size;
  }
  return sections;
}

export function writeSections(sections: readonly Section[]): Buffer {
  const parts = sections.flatMap(({ id, content }) => [
    Buffer.concat([Buffer.from([id]), numberBytes(content.length)]),
    content,
  ]);
  return Buffer.concat([header, ...parts]);
}

/** Reads an unsigned LEB128 number. `end` is the offset after its last byte. */
export function readNumber(
  bytes: Buffer,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at++, factor *= 128) {
    const byte = bytes.readUInt8(at);
    value += (byte % 128) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
}

/** Writes an unsigned number in LEB128. */
export function numberBytes(number: number): Buffer {
  const bytes: number[] = [];
  let left = number;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

/** Writes a signed number in LEB128, the encoding of constants. */
export function signedBytes(number: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = number; ; ) {
    const low = Number(left & 127n);
    left >>= 7n;
    const isLast = (left === 0n && low < 64) || (left === -1n && low >= 64);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return Buffer.from(bytes);
  }
}
