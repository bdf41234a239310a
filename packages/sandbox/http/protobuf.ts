/**
 * Decodes protobuf bodies, which kubectl sends for some built-in kinds. Responses are always JSON,
 * which every client accepts. Source: the wire format of Kubernetes, an envelope around one
 * message.
 */
import type { Fields, Value } from '../object.ts';
import { builtinShape } from '../schema/builtin.ts';
import type {
  Field,
  ListShape,
  MapShape,
  ScalarType,
  Shape,
  StructShape,
} from '../schema/shape.ts';
import { badRequest } from '../status.ts';

const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** One encoded field of a message. */
interface Part {
  readonly number: number;
  /** A number, or the bytes of a string, a message or packed numbers. */
  readonly content: bigint | Buffer;
}

/**
 * Decodes an object.
 *
 * @throws ApiError 400 when the body is not an object of a built-in kind
 */
export function decodeProtobuf(body: Buffer): Fields {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest('the body is not Kubernetes protobuf');
  try {
    return decodeEnvelope(body.subarray(4));
  } catch (cause) {
    throw badRequest(`error decoding protobuf: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function decodeEnvelope(bytes: Buffer): Fields {
  const parts = partsOf(bytes);
  const [type, raw] = [bytesOf(parts, 1), bytesOf(parts, 2)];
  const apiVersion = bytesOf(partsOf(type), 1).toString('utf8');
  const kind = bytesOf(partsOf(type), 2).toString('utf8');
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const shape = builtinShape(group, version, kind);
  if (shape.is !== 'struct') throw new Error(`${kind} is not a message`);
  return { ...decodeStruct(shape, raw), apiVersion, kind };
}

function partsOf(bytes: Buffer): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('truncated field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Number(key >> 3n);
    const wire = Number(key & 7n);
    if (wire === 0) parts.push({ number, content: varint() });
    else if (wire === 1) parts.push({ number, content: take(8) });
    else if (wire === 2) parts.push({ number, content: take(Number(varint())) });
    else if (wire === 5) parts.push({ number, content: take(4) });
    else throw new RangeError(`wire type ${wire} is not used by Kubernetes`);
  }
  return parts;
}

function bytesOf(parts: readonly Part[], number: number): Buffer {
  const content = parts.findLast((part) => part.number === number)?.content;
  return Buffer.isBuffer(content) ? content : Buffer.alloc(0);
}

function numberOf(parts: readonly Part[], number: number): bigint {
  const content = parts.findLast((part) => part.number === number)?.content;
  return typeof content === 'bigint' ? BigInt.asIntN(64, content) : 0n;
}

/**
 * Decodes a message. `prefix` contains the field numbers of the enclosing messages that JSON
 * inlines.
 */
function decodeStruct(shape: StructShape, bytes: Buffer, prefix: readonly number[] = []): Fields {
  const parts = partsOf(bytes);
  const decoded: Fields = {};
  for (const number of new Set(parts.map((part) => part.number))) {
    const contents = parts.filter((part) => part.number === number).map(({ content }) => content);
    const path = [...prefix, number];
    const [name, field] = fieldAt(shape, path) ?? [];
    const last = contents.at(-1);
    if (name !== undefined && field !== undefined) {
      const value = decodeField(field, contents);
      if (value !== undefined) decoded[name] = value;
    } else if (Buffer.isBuffer(last) && hasInlined(shape, path)) {
      Object.assign(decoded, decodeStruct(shape, last, path));
    }
  }
  return decoded;
}

function fieldAt({ fields }: StructShape, path: readonly number[]): [string, Field] | undefined {
  return [...fields].find(([, { numbers }]) => numbers.join() === path.join());
}

function hasInlined({ fields }: StructShape, path: readonly number[]): boolean {
  return [...fields.values()].some(({ numbers }) => numbers.join().startsWith(`${path.join()},`));
}

function decodeField({ shape }: Field, contents: readonly (bigint | Buffer)[]): Value | undefined {
  if (shape.is === 'list') return decodeList(shape, contents);
  if (shape.is === 'map') return decodeMap(shape, contents);
  const last = contents.at(-1);
  return last === undefined ? undefined : decodeOne(shape, last);
}

function decodeList({ items }: ListShape, contents: readonly (bigint | Buffer)[]): Value[] {
  return contents.flatMap((content) => {
    const value = decodeOne(items, content);
    return value === undefined ? [] : [value];
  });
}

function decodeMap({ values }: MapShape, contents: readonly (bigint | Buffer)[]): Fields {
  const entries = contents.filter(Buffer.isBuffer).map((entry): [string, Value] => {
    const parts = partsOf(entry);
    return [bytesOf(parts, 1).toString('utf8'), decodeOne(values, bytesOf(parts, 2)) ?? ''];
  });
  return Object.fromEntries(entries);
}

function decodeOne(shape: Shape, content: bigint | Buffer): Value | undefined {
  if (typeof content === 'bigint') {
    const isBoolean = shape.is === 'scalar' && shape.type === 'boolean';
    return isBoolean ? content !== 0n : Number(BigInt.asIntN(64, content));
  }
  if (shape.is === 'scalar') return decodeScalar(shape.type, content);
  if (shape.is === 'struct') return decodeStruct(shape, content);
  // Types such as RawExtension and FieldsV1 contain JSON in their first field.
  const raw = bytesOf(partsOf(content), 1).toString('utf8');
  return raw === '' ? {} : JSON.parse(raw);
}

function decodeScalar(type: ScalarType, content: Buffer): Value | undefined {
  switch (type) {
    case 'bytes':
      return content.toString('base64');
    case 'time':
      return decodeTime(partsOf(content));
    case 'quantity':
      return bytesOf(partsOf(content), 1).toString('utf8');
    case 'int-or-string': {
      const parts = partsOf(content);
      const isText = numberOf(parts, 1) === 1n;
      return isText ? bytesOf(parts, 3).toString('utf8') : Number(numberOf(parts, 2));
    }
    case 'number':
      return content.length === 8 ? content.readDoubleLE() : content.readFloatLE();
    default:
      return content.toString('utf8');
  }
}

/** Decodes a time. An empty message is the zero time, which JSON omits. */
function decodeTime(parts: readonly Part[]): Value | undefined {
  const seconds = Number(numberOf(parts, 1));
  if (seconds === 0) return undefined;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
