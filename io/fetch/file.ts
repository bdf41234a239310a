import { siteLogin } from './credentials.ts';
import type { HttpClient } from './http.ts';
import { maxPackedBytes } from './limits.ts';

/**
 * Downloads a file by HTTP.
 *
 * @throws Error when the server cannot be reached or does not answer with a status from 200 to 299;
 *   the message contains no credentials
 */
export async function downloadFile(client: HttpClient, url: string): Promise<Uint8Array> {
  const at = new URL(url);
  const { authorization, tls } = siteLogin(at);
  const { status, body } = await client.send(at, { authorization, tls, maxBytes: maxPackedBytes });
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}`);
  return body;
}
