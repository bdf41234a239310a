/** Reads request bodies in JSON, YAML or protobuf. */
import type { IncomingMessage } from 'node:http';
import { isFields, type Value } from '../object.ts';
import { ApiError, badRequest } from '../status.ts';
import { duplicateFields } from './duplicates.ts';
import { parseJson } from './exact-json.ts';
import { decodeProtobuf } from './protobuf.ts';

/** Maximum size of a body, in bytes, as in an API server with default settings. */
const maxBytes = 3 * 1024 * 1024;

/** The decoded body of a request. */
export interface Body {
  readonly value: Value;
  /** Paths of fields that occur more than once. */
  readonly duplicates: readonly string[];
}

/**
 * Reads and decodes the body of a request. Returns undefined for an empty body.
 *
 * @throws ApiError 413 for a body that is too long, 415 for an unknown media type, 400 for a
 *   malformed body
 */
export async function readBody(
  request: IncomingMessage,
  contentType: string,
): Promise<Body | undefined> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  if (contentType === 'application/vnd.kubernetes.protobuf')
    return { value: decodeProtobuf(bytes), duplicates: [] };
  const text = bytes.toString('utf8');
  if (!/[/+](json|yaml)$/.test(contentType)) throw unknownFormat();
  const json = jsonIn(text);
  if (json !== undefined) return { value: json, duplicates: duplicateFields(text) };
  if (!contentType.includes('yaml')) throw badRequest('the body of the request is not valid JSON');
  return { value: await parseYaml(text), duplicates: [] };
}

function unknownFormat(): ApiError {
  const message =
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf';
  return new ApiError(415, 'UnsupportedMediaType', message);
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      const message = `Request entity too large: limit is ${maxBytes}`;
      throw new ApiError(413, 'RequestEntityTooLarge', message);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function jsonIn(text: string): Value | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Imports js-yaml on the first YAML body, because most clients send JSON. */
async function parseYaml(text: string): Promise<Value> {
  const { load } = await import('js-yaml');
  try {
    const value: unknown = load(text);
    const plain: Value = JSON.parse(JSON.stringify(value ?? null));
    if (isFields(plain)) return plain;
  } catch (cause) {
    throw badRequest(`error decoding YAML: ${cause instanceof Error ? cause.message : ''}`);
  }
  throw badRequest('error decoding YAML: expected an object');
}
