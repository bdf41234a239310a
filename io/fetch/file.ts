import { siteLogin } from './credentials.ts';
import type { HttpClient } from './http.ts';
import { maxPackedBytes } from './limits.ts';

/** Downloads a file by HTTP. @throws Error with the reason, without credentials */
export async function downloadFile(client: HttpClient, url: string): Promise<Uint8Array> {
  const at = new URL(url);
  const { authorization, tls } = siteLogin(at);
  const { status, body } = await client.send(at, { authorization, tls, maxBytes: maxPackedBytes });
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}`);
  return body;
}
