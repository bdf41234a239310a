/** Loads the compiled engines. They are files beside the bundle, or in a checkout the output of `npm run engines`. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { zstdDecompress } from 'node:zlib';
import type { EngineName } from './call.ts';

/** One entry of manifest.json, which `npm run engines` writes. */
export interface EngineArtifact {
  /** SHA-256 of the uncompressed module, in hex. */
  readonly digest: string;
  /** SHA-256 of the compressed file, in hex. */
  readonly compressedDigest: string;
  /** Size of the uncompressed module, in bytes. */
  readonly size: number;
  /** Size of the compressed file, in bytes. */
  readonly compressedSize: number;
  /** Version of the Go toolchain, such as `go1.26.8`. */
  readonly go: string;
  /** Versions of the Go modules inside the engine, by path. */
  readonly modules: Readonly<Record<string, string>>;
}

export type EngineManifest = { readonly [name in EngineName]?: EngineArtifact };

const modules = new Map<EngineName, Promise<WebAssembly.Module>>();
let manifest: Promise<EngineManifest> | undefined;

/**
 * Returns the module of an engine. Each process reads, verifies and compiles it once.
 *
 * @throws Error when the module is missing or does not match the manifest
 */
export function loadEngine(engine: EngineName): Promise<WebAssembly.Module> {
  const known = modules.get(engine) ?? compileEngine(engine);
  modules.set(engine, known);
  return known;
}

/**
 * Returns the digest that identifies the version of an engine.
 *
 * @throws Error when the engine is missing
 */
export async function engineDigest(engine: EngineName): Promise<string> {
  return (await artifactOf(engine)).digest;
}

async function compileEngine(engine: EngineName): Promise<WebAssembly.Module> {
  const { compressedDigest, size } = await artifactOf(engine);
  const compressed = await readArtifact(`${engine}.wasm.zst`);
  const digest = createHash('sha256').update(compressed).digest('hex');
  if (digest !== compressedDigest) throw new Error(`${engine}.wasm.zst is damaged; ${cure}`);
  const bytes = await decompress(compressed, size);
  // V8 then validates each function at its first call. An engine never calls most of its functions.
  setFlagsFromString('--wasm-lazy-validation');
  const module = await WebAssembly.compile(bytes);
  // V8 has a copy, so the buffer can be freed at once instead of at the next garbage collection.
  bytes.buffer.transfer(0);
  return module;
}

/**
 * Decompresses into one buffer. With a chunk that is larger than the result, zlib fills it in one step outside of the main thread;
 * copies of smaller chunks would take twice the time and memory.
 */
async function decompress(compressed: Buffer, size: number): Promise<Buffer<ArrayBuffer>> {
  return await promisify(zstdDecompress)(compressed, { chunkSize: size + 1 });
}

async function artifactOf(engine: EngineName): Promise<EngineArtifact> {
  manifest ??= readArtifact('manifest.json').then((text) => JSON.parse(text.toString()));
  const artifact = (await manifest)[engine];
  if (artifact === undefined) throw new Error(`manifest.json has no engine ${engine}; ${cure}`);
  return artifact;
}

async function readArtifact(name: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(new URL(name, folder));
  } catch (error) {
    const path = fileURLToPath(new URL(name, folder));
    throw new Error(`the engine file ${path} cannot be read; ${cure}`, { cause: error });
  }
}

/** The remedy for an incomplete installation. */
const cure = 'install Regatta again, or in a checkout run npm run engines';

const isSource = import.meta.filename.endsWith('.ts');
const folder = new URL(isSource ? '../../engines/artifacts/' : 'engines/', import.meta.url);
