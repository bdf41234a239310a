/** Fetches charts and bases from the network, and verifies their digests. */
import { errorMessage } from '#model/error.ts';
import type { FileMap } from '#model/files.ts';
import type { FetchFault, FetchResult, RemoteSource } from '#model/remote-source.ts';
import { filesOf } from './archive.ts';
import { blobDigest, readBlob, saveBlob } from './blobs.ts';
import { downloadChart } from './chart.ts';
import { downloadFile } from './file.ts';
import { formerDigest, readFileList } from './file-list.ts';
import { HttpClient } from './http.ts';
import { filesOfPackage } from './packed-chart.ts';
import { downloadRepository } from './repository.ts';

/**
 * Returns the files of a source, from the cache if possible.
 *
 * @param locked - the required digest; absent: the current content is accepted
 */
export async function fetchSource(
  source: RemoteSource,
  locked: string | undefined,
  signal: AbortSignal,
): Promise<FetchResult> {
  try {
    const cached = locked === undefined ? undefined : readBlob(source.type, locked);
    const blob = cached ?? (await download(source, signal));
    const digest = blobDigest(blob);
    if (locked !== undefined && digest !== locked) return difference(source, blob, locked);
    const files = await unpack(source, blob);
    if (cached === undefined) saveBlob(source.type, digest, blob);
    return { type: 'fetched', digest, files };
  } catch (error) {
    return { type: 'failed', message: errorMessage(error) };
  }
}

/** Explains why a blob does not have the locked digest. */
function difference(source: RemoteSource, blob: Uint8Array, locked: string): FetchFault {
  const isFormer = source.type === 'git' && formerDigest(readFileList(blob)) === locked;
  return isFormer ? { type: 'former-format' } : { type: 'changed', digest: blobDigest(blob) };
}

async function download(source: RemoteSource, signal: AbortSignal): Promise<Uint8Array> {
  if (process.env.REGATTA_OFFLINE) {
    throw new Error('it is not in the cache, and REGATTA_OFFLINE forbids network access');
  }
  if (source.type === 'git') return downloadRepository(source, signal);
  const client = new HttpClient(signal);
  try {
    return await (source.type === 'chart'
      ? downloadChart(client, source)
      : downloadFile(client, source.url));
  } finally {
    await client.close();
  }
}

/** Returns a blob's files; paths are relative to the source's folder. */
async function unpack(source: RemoteSource, blob: Uint8Array): Promise<FileMap> {
  switch (source.type) {
    case 'chart':
      return chartFiles(source.name, blob);
    case 'git':
      return filesOf(readFileList(blob));
    case 'file':
      return fileFolder(Buffer.from(blob).toString());
  }
}

async function chartFiles(name: string, blob: Uint8Array): Promise<FileMap> {
  const files = await filesOfPackage(blob);
  if (!files.has(`${name}/Chart.yaml`))
    throw new Error(`the package does not contain ${name}/Chart.yaml`);
  return files;
}

/** Wraps a file in a kustomization, because Kustomize refuses single files outside of a kustomization's folder. */
function fileFolder(text: string): FileMap {
  const resources = JSON.stringify({ resources: ['resource.yaml'] });
  return new Map([
    ['kustomization.yaml', resources],
    ['resource.yaml', text],
  ]);
}
