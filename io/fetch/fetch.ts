/** Fetches charts and bases from the network, and knows them again by their digests. */
import { gunzipSync } from 'node:zlib';
import type { FileMap } from '#model/files.ts';
import type { FetchResult, RemoteSource } from '#model/remote-source.ts';
import { blobDigest, maxBytes, readBlob, saveBlob } from './blobs.ts';
import { downloadChart } from './chart.ts';
import { downloadFile } from './file.ts';
import { downloadRepository, listedFiles } from './repository.ts';
import { readTar } from './tar.ts';

/**
 * The files of a source, from the cache where they are in it.
 *
 * @param locked - the digest that it has to have; absent: whatever it has now
 */
export async function fetchSource(
  source: RemoteSource,
  locked: string | undefined,
  signal: AbortSignal,
): Promise<FetchResult> {
  try {
    const cached = locked === undefined ? undefined : readBlob(locked);
    const blob = cached ?? (await download(source, signal));
    const digest = blobDigest(blob);
    if (locked !== undefined && digest !== locked) return { type: 'changed', digest };
    const files = unpack(source, blob);
    if (cached === undefined) saveBlob(digest, blob);
    return { type: 'fetched', digest, files };
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function download(source: RemoteSource, signal: AbortSignal): Promise<Uint8Array> {
  if (process.env.REGATTA_OFFLINE) {
    throw new Error('it is not in the cache, and REGATTA_OFFLINE forbids the network');
  }
  switch (source.type) {
    case 'chart':
      return downloadChart(source);
    case 'git':
      return downloadRepository(source, signal);
    case 'file':
      return downloadFile(source.url, signal);
  }
}

/** Paths as they will be below the source's folder. */
function unpack(source: RemoteSource, blob: Uint8Array): FileMap {
  switch (source.type) {
    case 'chart':
      return chartFiles(source.name, blob);
    case 'git':
      return listedFiles(blob);
    case 'file':
      return fileFolder(Buffer.from(blob).toString());
  }
}

function chartFiles(name: string, blob: Uint8Array): FileMap {
  const files = readTar(gunzip(blob));
  if (!files.has(`${name}/Chart.yaml`)) throw new Error(`the package has no ${name}/Chart.yaml`);
  return files;
}

function gunzip(blob: Uint8Array): Uint8Array {
  try {
    return gunzipSync(blob, { maxOutputLength: maxBytes });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    const fault = isLarge
      ? `it is larger than ${maxBytes} bytes, unpacked`
      : 'it is no gzip archive';
    throw new Error(fault, { cause: error });
  }
}

/** Kustomize takes no file from outside of a kustomization's folder, but it does take a folder. */
function fileFolder(text: string): FileMap {
  const resources = JSON.stringify({ resources: ['resource.yaml'] });
  return new Map([
    ['kustomization.yaml', resources],
    ['resource.yaml', text],
  ]);
}
