/** Go's linker gives the memory of a module no maximum, and a host cannot bound a memory that a module exports. */

const pageBytes = 65_536;
const memorySection = 5;
const hasMaximum = 1;

/** Limits the one memory of a WebAssembly module to `bytes`. */
export function withMemoryLimit(module: Buffer, bytes: number): Buffer {
  const parts = [module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const size = readNumber(module, at + 1);
    const end = size.end + size.value;
    parts.push(
      module[at] === memorySection
        ? limitedSection(module, size.end, bytes)
        : module.subarray(at, end),
    );
    at = end;
  }
  return Buffer.concat(parts);
}

/** Returns the limited memory section. @param start - offset of its content: a count, then flags and a minimum in pages */
function limitedSection(module: Buffer, start: number, bytes: number): Buffer {
  if (module[start] !== 1) throw new Error('the module has more than one memory');
  const { value: minimum } = readNumber(module, start + 2);
  const maximum = Math.floor(bytes / pageBytes);
  const content = Buffer.concat([
    Buffer.from([1, hasMaximum]),
    ...[minimum, maximum].map(numberBytes),
  ]);
  return Buffer.concat([Buffer.from([memorySection]), numberBytes(content.length), content]);
}

/** Reads an unsigned LEB128 number and returns it with its end offset. */
function readNumber(
  module: Buffer,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at++, factor *= 128) {
    const byte = module.readUInt8(at);
    value += (byte % 128) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
}

function numberBytes(number: number): Buffer {
  const bytes: number[] = [];
  let left = number;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}
