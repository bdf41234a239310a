import { maxPackedBytes, tooLarge } from './limits.ts';

/** Longer nobody waits for a file, in milliseconds. */
const timeoutMs = 60_000;

/** A file by HTTP. @throws Error that says what kept it from that */
export async function downloadFile(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const late = AbortSignal.timeout(timeoutMs);
  const response = await get(url, AbortSignal.any([signal, late]));
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxPackedBytes) throw new Error(tooLarge(maxPackedBytes));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What went wrong is in the cause of what `fetch` throws. */
async function get(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(cause instanceof Error ? cause.message : String(cause), { cause: error });
  }
}
